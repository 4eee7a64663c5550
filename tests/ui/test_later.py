"""Does one thread do what many visits left to be done, in its order, and does one failure cost no other?"""

from __future__ import annotations

import threading

import pytest

from tests.engine.fakes import FakeClock
from tests.patience import PATIENCE_S
from vizcore.ui.later import Later


def by_hand(clock: FakeClock) -> Later:
    """Without its thread: the test says when it looks at the clock."""
    later = Later(clock)
    later._start = lambda: None  # type: ignore[method-assign]
    return later


def fail() -> None:
    raise KeyError("SECRET")


def test_each_when_it_is_due_and_once() -> None:
    clock, done = FakeClock(), list[str]()
    later = by_hand(clock)
    later.run_due()
    later.add(lambda: done.append("late"), 180)
    later.add(lambda: done.append("soon"), 60)
    later.add(lambda: done.append("soon too"), 60)
    clock.now += 59.9
    later.run_due()
    assert done == []
    clock.now += 0.1
    later.run_due()
    later.run_due()
    assert done == ["soon", "soon too"]
    assert len(later) == 1


def test_what_fails_costs_no_other(caplog: pytest.LogCaptureFixture) -> None:
    clock, done = FakeClock(), list[str]()
    later = by_hand(clock)
    later.add(fail, 1)
    later.add(lambda: done.append("done"), 1)
    clock.now += 1
    later.run_due()
    assert done == ["done"]
    assert "KeyError at each_by_itself.py" in caplog.text
    assert "SECRET" not in caplog.text


def test_one_thread_for_six_hundred() -> None:
    before, later, last = set(threading.enumerate()), Later(), threading.Event()
    for number in range(600):
        later.add(lambda: None, 3600 + number)
    assert len(set(threading.enumerate()) - before) == 1
    later.add(last.set, 0)
    assert last.wait(PATIENCE_S), "what is due first does not wait for what came first"
    assert len(later) == 600


def test_without_a_thread_it_waits_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    later, first, second = Later(), threading.Event(), threading.Event()
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", start)
        later.add(first.set, 0)
    assert len(later) == 1
    later.add(second.set, 0)
    assert first.wait(PATIENCE_S)
    assert second.wait(PATIENCE_S)
