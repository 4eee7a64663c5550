"""Does the browser get all of a page's run before a part of the page comes anew, and every request its turn?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType

from tests.ui.server.own_loop import completed
from vizcore.ui.server.whole_runs import Clear, heard_out_first, keeping_whole_runs, with_whole_runs

Rerun = Callable[[Any, Any], None]


class Runner:
    """A script thread as the session knows it: Streamlit's own queue of requests, and whether its script runs."""

    def __init__(self, execing: bool = False) -> None:
        self._requests = ScriptRequests()
        self._execing = execing

    def request_rerun(self, data: RerunData) -> bool:
        return self._requests.request_rerun(data)

    def request_stop(self) -> None:
        self._requests.request_stop()


class Session:
    """What Streamlit's own `request_rerun` needs of a session. heard: what has arrived on the loop, in order."""

    def __init__(self, runner: Runner | None) -> None:
        self._state = AppSessionState.APP_IS_RUNNING
        self._scriptrunner = runner
        self._client_state = ClientState()
        self._event_loop = asyncio.get_running_loop()
        self.heard: list[str] = []

    def has_fragment(self, _name: str) -> bool:
        return True

    def _create_scriptrunner(self, data: RerunData) -> None:
        if data.fragment_id == "broken":
            raise ValueError("no such thing")
        self.heard.append(f"begins {data.fragment_id}")
        self._scriptrunner = Runner(execing=True)

    def handle_backmsg_exception(self, error: BaseException) -> None:
        self.heard.append(f"said: {error}")

    def says(self, runner: Runner, words: str) -> None:
        """As the thread does: onto the loop, where only the present thread is listened to."""

        def arrives() -> None:
            if self._scriptrunner is runner:
                self.heard.append(words)
                if words == "over":
                    self._scriptrunner = None

        self._event_loop.call_soon(arrives)


def asks(name: str) -> ClientState:
    return ClientState(fragment_id=name)


async def ended(rerun: Rerun, *asked: str, says_over: bool = True) -> list[str]:
    """A page's run that has ended and said its last words, which a request overtakes on the loop."""
    runner = Runner()
    session = Session(runner)
    assert runner._requests.on_scriptrunner_ready().type is ScriptRequestType.STOP
    for name in asked[:1]:
        rerun(session, asks(name))
    session.says(runner, "the page's end")
    if says_over:
        session.says(runner, "over")
    for name in asked[1:]:
        rerun(session, asks(name))
    await asyncio.sleep(0.05)
    if not says_over:
        session.says(runner, "over")
        await asyncio.sleep(0.05)
    return session.heard


THEIR_RERUN = AppSession.request_rerun
THEIR_CLEAR = ForwardMsgQueue.clear


def element(place: int, words: str, part: str = "") -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend([0, place])
    message.delta.new_element.text.body = words
    message.delta.fragment_id = part
    return message


def finished(status: ForwardMsg.ScriptFinishedStatus.ValueType) -> ForwardMsg:
    message = ForwardMsg()
    message.script_finished = status
    return message


def sent(clear: Clear, ended: ForwardMsg.ScriptFinishedStatus.ValueType, parts: list[str] | None) -> list[str]:
    """A page with a part above its answer, of which nothing has left yet, and then the run of `parts`."""
    queue = ForwardMsgQueue()
    for message in (element(0, "part", "p"), element(1, "answer"), finished(ended)):
        queue.enqueue(message)
    clear(queue, retain_lifecycle_msgs=True, fragment_ids_this_run=parts)
    queue.enqueue(element(0, "part anew", "p"))
    return [message.delta.new_element.text.body or "end" for message in queue.flush()]


def test_streamlit_takes_a_part_out_of_a_page_and_this_does_not() -> None:
    taken = sent(THEIR_CLEAR, ForwardMsg.FINISHED_SUCCESSFULLY, ["p"])
    assert taken == ["answer", "end", "part anew"], "else the change has lost its reason"
    whole = sent(keeping_whole_runs(THEIR_CLEAR), ForwardMsg.FINISHED_SUCCESSFULLY, ["p"])
    assert whole == ["part", "answer", "end", "part anew"]


@pytest.mark.parametrize(
    ("ended", "parts"),
    [
        (ForwardMsg.FINISHED_SUCCESSFULLY, None),  # the page itself comes anew
        (ForwardMsg.FINISHED_EARLY_FOR_RERUN, ["p"]),
        (ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY, ["p"]),  # a part's run again and again: only the last is sent
    ],
)
def test_every_other_clearing_stays(ended: ForwardMsg.ScriptFinishedStatus.ValueType, parts: list[str] | None) -> None:
    assert sent(keeping_whole_runs(THEIR_CLEAR), ended, parts) == sent(THEIR_CLEAR, ended, parts)
    assert "part" not in sent(THEIR_CLEAR, ended, parts)


def test_streamlit_loses_the_end_and_this_does_not() -> None:
    assert completed(ended(THEIR_RERUN, "part")) == ["begins part"], "else the change has lost its reason"
    assert completed(ended(heard_out_first(THEIR_RERUN), "part")) == ["the page's end", "over", "begins part"]


def test_requests_keep_their_order_and_begin_one_thread() -> None:
    heard = completed(ended(heard_out_first(THEIR_RERUN), "first", "second", "third"))
    assert heard == ["the page's end", "over", "begins first"], "the other two wait in the new thread's own queue"


def test_a_thread_that_is_slow_to_say_that_it_is_over() -> None:
    heard = completed(ended(heard_out_first(THEIR_RERUN), "part", "another", says_over=False))
    assert heard == ["the page's end", "over", "begins part"]


def test_a_request_that_fails_does_not_stop_the_next_one() -> None:
    heard = completed(ended(heard_out_first(THEIR_RERUN), "broken", "part"))
    assert heard == ["the page's end", "over", "said: no such thing", "begins part"]


@pytest.mark.parametrize("rerun", [THEIR_RERUN, heard_out_first(THEIR_RERUN)])
def test_otherwise_requests_go_their_usual_way(rerun: Rerun) -> None:
    async def without_a_thread() -> list[str]:
        session = Session(None)
        rerun(session, asks("part"))
        return session.heard

    async def while_one_runs() -> Any:
        session = Session(Runner(execing=True))
        rerun(session, asks("part"))
        assert session._scriptrunner
        return session.heard, session._scriptrunner._requests._rerun_data.fragment_id_queue

    async def while_one_was_told_to_stop() -> list[str]:
        session = Session(Runner(execing=True))  # in a long computation; the visitor does not wait for it
        assert session._scriptrunner
        session._scriptrunner.request_stop()
        rerun(session, asks("part"))
        return session.heard

    assert completed(without_a_thread()) == ["begins part"]
    assert completed(while_one_runs()) == ([], ["part"])
    assert completed(while_one_was_told_to_stop()) == ["begins part"]


def test_it_is_put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AppSession, "request_rerun", THEIR_RERUN)
    monkeypatch.setattr(ForwardMsgQueue, "clear", THEIR_CLEAR)
    with_whole_runs()
    assert len(sent(ForwardMsgQueue.clear, ForwardMsg.FINISHED_SUCCESSFULLY, ["p"])) == 4
    assert AppSession.request_rerun is not THEIR_RERUN
    assert completed(ended(AppSession.request_rerun, "part"))[-1] == "begins part"
