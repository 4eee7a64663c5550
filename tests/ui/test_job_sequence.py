"""Which jobs run, wait, or never begin, after each look, a refusal, and Stop?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from vizcore import settings
from vizcore.errors import Busy, TooManyRequests, VizError
from vizcore.ui.job_sequence import AfterRefusal, JobSequence


class FakeJob:
    def __init__(self, state: str = "running") -> None:
        self.state = state
        self.error: VizError | None = None

    def done(self) -> bool:
        return self.state != "running"

    def cancel(self) -> None:
        self.state = "cancelled"


def made(
    count: int, start: Callable[[str], Any] | None = None, at_once: int = 2, after_refusal: AfterRefusal = "goes on"
) -> JobSequence:
    names = [str(i) for i in range(count)]
    return JobSequence(start or (lambda name: FakeJob()), names, at_once=at_once, after_refusal=after_refusal)


def end(sequence: JobSequence, name: str, state: str = "done") -> None:
    sequence.jobs[name].state = state  # type: ignore[misc, assignment]


def test_an_empty_sequence_is_over_and_knows_nothing() -> None:
    sequence = made(0)
    sequence.begin()
    assert not sequence.under_way
    assert not sequence.known


@pytest.mark.parametrize("at_once", [1, 2])
def test_so_many_run_at_once_and_the_next_follows(at_once: int) -> None:
    sequence = made(3, at_once=at_once)
    sequence.advance()
    sequence.advance()
    assert list(sequence.jobs) == ["0", "1"][:at_once]
    end(sequence, "0")
    sequence.advance()
    assert list(sequence.jobs) == ["0", "1", "2"][: at_once + 1]
    assert len(sequence.waiting) == 2 - at_once
    assert sequence.under_way
    assert sequence.ended == 1
    end(sequence, "1", "failed")
    assert sequence.ended == 2


def test_never_more_than_a_session_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    stated = replace(settings.current(), session_limit=2)
    monkeypatch.setattr(settings, "current", lambda: stated)
    sequence = made(4, at_once=3)
    sequence.advance()
    assert list(sequence.jobs) == ["0", "1"]


@pytest.mark.parametrize("at_once", [1, 2])
@pytest.mark.parametrize(("states", "known"), [("ddd", True), ("drd", False), ("rdd", False), ("d", True)])
def test_what_is_over_at_once_was_known(states: str, known: bool, at_once: int) -> None:
    sequence = made(
        len(states), lambda name: FakeJob("done" if states[int(name)] == "d" else "running"), at_once=at_once
    )
    sequence.begin()
    assert sequence.known is known
    assert not known or len(sequence.jobs) == len(states)


@pytest.mark.parametrize("at_once", [1, 2])
def test_stop_begins_nothing_further_and_keeps_what_has_ended(at_once: int) -> None:
    sequence = made(4, at_once=at_once)
    sequence.advance()
    end(sequence, "0")
    sequence.advance()
    begun = list(sequence.jobs)
    sequence.jobs["0"].cancel = lambda: None  # type: ignore[method-assign, assignment, return-value]
    sequence.stop()
    sequence.advance()
    assert not sequence.under_way
    assert list(sequence.jobs) == begun
    assert [sequence.jobs[name].state for name in begun] == ["done", *["cancelled"] * at_once]


def test_a_job_that_was_stopped_ends_the_sequence_and_an_abandoned_one_ends_alone() -> None:
    for state, begun in (("cancelled", ["0"]), ("abandoned", ["0", "1"])):
        sequence = made(2, at_once=1)
        sequence.advance()
        end(sequence, "0", state)
        sequence.advance()
        assert list(sequence.jobs) == begun


@pytest.mark.parametrize(("after_refusal", "begun"), [("goes on", ["1"]), ("ends", [])])
def test_a_refusal_is_said_and_ends_only_what_it_is_to_end(after_refusal: AfterRefusal, begun: list[str]) -> None:
    def start(name: str) -> Any:
        if name == "0":
            raise Busy(retry_s=3)
        return FakeJob()

    sequence = made(2, start, after_refusal=after_refusal)
    sequence.advance()
    assert isinstance(sequence.error("0"), Busy)
    assert sequence.error("1") is None
    assert list(sequence.jobs) == begun
    assert sequence.under_way is bool(begun)
    assert not sequence.known


def test_a_job_that_failed_says_so_and_the_next_follows() -> None:
    sequence = made(2, at_once=1)
    sequence.advance()
    sequence.jobs["0"].error = Busy(retry_s=3)  # type: ignore[misc]
    end(sequence, "0", "failed")
    sequence.advance()
    assert isinstance(sequence.error("0"), Busy)
    assert list(sequence.jobs) == ["0", "1"]


def too_early(refusing: list[bool]) -> Callable[[str], Any]:
    def start(name: str) -> Any:
        if refusing:
            raise TooManyRequests(limit=2)
        return FakeJob()

    return start


def test_an_older_request_that_still_ends_is_waited_for() -> None:
    refusing = [True]
    sequence = made(1, too_early(refusing))
    sequence.advance()
    assert sequence.under_way
    assert not sequence.jobs
    assert not sequence.refusals
    refusing.clear()
    sequence.advance()
    assert list(sequence.jobs) == ["0"]


def test_a_sequence_that_ends_at_a_refusal_waits_for_nothing() -> None:
    sequence = made(2, too_early([True]), after_refusal="ends")
    sequence.advance()
    assert isinstance(sequence.error("0"), TooManyRequests)
    assert not sequence.under_way
