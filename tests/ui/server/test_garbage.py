"""Is what stays put aside after a long look, and is what became garbage there found in a pause?"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from vizcore.ui.server.garbage import FULL, LATEST_S, LONG_S, PAUSE_S, Garbage

BEGUN, ENDED = "start", "stop"


class Clocks:
    """What the clocks and the pages say, and what was asked of Python's collector."""

    now = used = quiet = 0.0

    def __init__(self) -> None:
        self.asked: list[str] = []

    def garbage(self) -> Garbage:
        return Garbage(lambda: self.quiet, clock=lambda: self.now, used_s=lambda: self.used)

    def look(self, garbage: Garbage, *, took_s: float, generation: int = FULL) -> None:
        garbage.collected(BEGUN, {"generation": generation})
        self.used += took_s
        garbage.collected(ENDED, {"generation": generation})


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    clocks = Clocks()
    for name in ("freeze", "unfreeze", "collect"):
        monkeypatch.setattr(gc, name, lambda name=name: clocks.asked.append(name))
    return clocks


@pytest.mark.parametrize(
    ("took_s", "generation", "aside"),
    [(2 * LONG_S, FULL, True), (LONG_S / 2, FULL, False), (2 * LONG_S, FULL - 1, False)],
    ids=["long", "short", "of what is young"],
)
def test_what_a_long_look_left_is_put_aside(clocks: Clocks, took_s: float, generation: int, aside: bool) -> None:
    clocks.look(clocks.garbage(), took_s=took_s, generation=generation)
    assert clocks.asked == ["freeze"] * aside


@pytest.mark.parametrize(
    ("now", "quiet", "due"),
    [(LATEST_S - 1, PAUSE_S / 2, False), (1.0, PAUSE_S, True), (LATEST_S, 0.0, True)],
    ids=["in a crowd", "in a pause", "in a crowd, at last"],
)
def test_when_everything_is_looked_through(clocks: Clocks, now: float, quiet: float, due: bool) -> None:
    garbage = clocks.garbage()
    clocks.now, clocks.quiet = now, quiet
    assert not garbage.look_through_all(), "nothing was put aside"
    clocks.look(garbage, took_s=2 * LONG_S)
    clocks.asked.clear()
    assert garbage.look_through_all() is due
    assert clocks.asked == ["unfreeze", "collect", "freeze"] * due
    assert not garbage.look_through_all(), "once is enough"


class Knot:
    """Refers to itself, as what a visit leaves behind does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_a_knot_that_was_put_aside_is_found(as_before: None) -> None:
    garbage = Garbage(lambda: PAUSE_S, used_s=iter((0.0, 2 * LONG_S, *range(9))).__next__)
    there = weakref.ref(knot := Knot())
    for phase in (BEGUN, ENDED):
        garbage.collected(phase, {"generation": FULL})
    del knot
    gc.collect()
    assert there() is not None, "else there is no reason to look again"
    assert garbage.look_through_all()
    assert there() is None


def test_between_start_and_stop(as_before: None) -> None:
    before = list(gc.callbacks)
    garbage = Garbage(lambda: 0.0)
    garbage.start()
    assert gc.callbacks == [*before, garbage.collected]
    assert gc.get_freeze_count()
    garbage.stop()
    assert gc.callbacks == before
    assert not gc.get_freeze_count()
