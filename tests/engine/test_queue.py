"""Does every session come round in turn, in its own order, and is its place told truly?"""

from __future__ import annotations

import pytest

from vizcore.engine.queue import FairQueue

CASES = [
    ("empty", [], []),
    ("one session keeps its order", ["a1", "a2", "a3"], ["a1", "a2", "a3"]),
    ("a burst delays another by one item", ["a1", "a2", "a3", "b1"], ["a1", "b1", "a2", "a3"]),
    ("three alternate", ["a1", "a2", "b1", "b2", "c1"], ["a1", "b1", "c1", "a2", "b2"]),
]


def filled(items: list[str]) -> FairQueue[str]:
    queue: FairQueue[str] = FairQueue()
    for item in items:
        queue.push(item[0], item)
    return queue


@pytest.mark.parametrize(("items", "order"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_order(items: list[str], order: list[str]) -> None:
    queue = filled(items)
    assert len(queue) == len(items)
    assert [queue.pop() for _ in items] == order
    assert queue.pop() is None
    assert len(queue) == 0


@pytest.mark.parametrize(("items", "order"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_position_says_when_the_turn_comes(items: list[str], order: list[str]) -> None:
    queue = filled(items)
    assert {item: queue.position(item[0], item) for item in items} == {item: i + 1 for i, item in enumerate(order)}


def test_position_of_what_is_not_there() -> None:
    assert filled(["a1"]).position("a", "a2") == 0
    assert filled(["a1"]).position("b", "b1") == 0


def test_position_after_some_turns() -> None:
    queue = filled(["a1", "a2", "a3", "b1", "b2"])
    assert queue.pop() == "a1"
    assert [queue.position(item[0], item) for item in ("b1", "a2", "b2", "a3")] == [1, 2, 3, 4]


def test_remove() -> None:
    queue = filled(["a1", "a2", "b1"])
    assert queue.remove("a", "a1")
    assert not queue.remove("a", "a1")
    assert queue.remove("b", "b1")
    assert list(queue) == ["a2"]
    assert queue.pop() == "a2"


def test_who_comes_again_comes_last() -> None:
    queue = filled(["a1", "b1"])
    queue.pop()
    queue.push("a", "a2")
    assert [queue.pop(), queue.pop()] == ["b1", "a2"]
