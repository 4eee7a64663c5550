"""Do a page's messages leave together, in their order, and does everything else still get its turns?"""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime import runtime

from tests.ui.server.own_loop import completed
from vizcore.ui.server import send_rounds
from vizcore.ui.server.send_rounds import AT_A_STRETCH, LongerStretches

VISITORS, MESSAGES = 3, 40


class Session:
    def __init__(self, number: int) -> None:
        self.waiting = [(number, each) for each in range(MESSAGES)]

    def flush_browser_queue(self) -> list[tuple[int, int]]:
        waiting, self.waiting = self.waiting, []
        return waiting

    def on_flushed_messages_sent(self) -> None: ...


async def one_round() -> tuple[list[tuple[int, int]], int]:
    """What Streamlit's own loop sends in a round, and how often others had a turn until the last message."""
    sent: list[tuple[int, int]] = []
    turns, until_last = 0, 0
    stop, need, started = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop().create_future()

    def send(_info: Any, message: tuple[int, int]) -> None:
        nonlocal until_last
        sent.append(message)
        until_last = turns

    sessions = [SimpleNamespace(session=Session(number)) for number in range(VISITORS)]
    objects = SimpleNamespace(started=started, must_stop=stop, need_send_data=need, stopped=asyncio.Future())
    server = SimpleNamespace(
        _state=runtime.RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED,
        _get_async_objs=lambda: objects,
        _session_mgr=SimpleNamespace(list_active_sessions=lambda: sessions, list_sessions=list),
        _send_message=send,
        _set_state=lambda _state: None,
    )
    loop = asyncio.ensure_future(runtime.Runtime._loop_coroutine(server))  # type: ignore[arg-type]
    while len(sent) < VISITORS * MESSAGES:
        await asyncio.sleep(0)
        turns += 1
    stop.set()
    await loop
    return sent, until_last


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock's bound is out of the way: a slow machine counts the same."""
    monkeypatch.setattr(send_rounds, "STRETCH_S", 60.0)


def test_a_round_of_streamlit_s_own_loop(patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    as_it_was, turns_as_it_was = completed(one_round())
    assert turns_as_it_was >= VISITORS * MESSAGES - 1, "else the change has lost its reason"
    monkeypatch.setattr(runtime, "asyncio", LongerStretches(lambda: True))
    sent, turns = completed(one_round())
    assert sent == as_it_was
    assert turns <= 1 + VISITORS * MESSAGES // AT_A_STRETCH


def test_others_have_their_turn_after_a_stretch(patient: None) -> None:
    async def turns_of_another(messages: int, several: bool) -> int:
        turns = 0

        async def another() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.ensure_future(another())
        stretches = LongerStretches(lambda: several)
        for _message in range(messages):
            await stretches.sleep(0)
        task.cancel()
        return turns

    messages = 1 + 3 * AT_A_STRETCH
    assert completed(turns_of_another(messages, several=True)) == 1 + 3
    assert completed(turns_of_another(messages, several=False)) == messages, "who is alone is served as by Streamlit"


def test_a_stretch_ends_in_time_and_a_real_sleep_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def three_messages() -> None:
        stretches = LongerStretches(lambda: True)
        for seconds in (0, 0, 0.005):
            await stretches.sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(send_rounds, "STRETCH_S", 0.0)
    completed(three_messages())
    assert slept == [0, 0, 0.005]
