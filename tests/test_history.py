"""One stack for everything that can be taken back."""

from __future__ import annotations

from dataclasses import dataclass

from vizcore.history import History


@dataclass(frozen=True, eq=False)
class Named(History[int]):
    name: str = ""


def test_back_and_forward_keep_the_rest_of_the_state() -> None:
    start = Named(1, name="kept")
    there = start.to(2).to(3)
    assert (there.now, there.past, there.rev) == (3, (1, 2), 2)
    back = there.undone().undone()
    assert (back.now, back.past, back.future, back.rev, back.name) == (1, (), (2, 3), 4, "kept")
    assert back.redone().redone().now == 3
    assert back.to(9).future == ()


def test_where_there_is_no_step_nothing_changes() -> None:
    start = History(1)
    assert start.undone() is start
    assert start.redone() is start


def test_the_past_is_bounded() -> None:
    history = History(0)
    for number in range(1, History.MOST_STEPS + 50):
        history = history.to(number)
    assert len(history.past) == History.MOST_STEPS
    assert history.past[0] == 49
