"""Clicks on a picture as pure functions: what the browser may send, and undo, redo, clear."""

from __future__ import annotations

import math
from typing import Any

import pytest

from vizcore.prompting.objects import Point
from vizcore.ui.canvas.events import (
    CanvasEvent,
    MarkHistory,
    Marks,
    applied,
    cleared,
    read_event,
    read_events,
)

POINT = {"kind": "point", "x": 3, "y": 4.5, "positive": False}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (POINT, CanvasEvent("point", 3, 4.5, False)),
        ({"kind": "point", "x": -9, "y": 1e9}, CanvasEvent("point", 0, 50)),
        ({"kind": "box", "box": [30, 40, 10, 20]}, CanvasEvent("box", box_xyxy=(10, 20, 30, 40))),
        ({"kind": "box", "box": [-5, -5, 900, 900]}, CanvasEvent("box", box_xyxy=(0, 0, 100, 50))),
        ({"kind": "patch", "x": 1, "y": 2, "patch": 7}, CanvasEvent("patch", 1, 2, patch=7)),
        ({"kind": "undo"}, CanvasEvent("undo")),
        (
            {"kind": "path", "path": [[1, 2], [300, 4], "x", [5, math.nan], [5, -6]], "positive": False},
            CanvasEvent("path", positive=False, path=((1, 2), (100, 4), (5, 0))),
        ),
    ],
)
def test_events_are_kept_inside_the_photo(raw: Any, expected: CanvasEvent) -> None:
    assert read_event(raw, 100, 50) == expected


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "point",
        {},
        {"kind": "explode"},
        {"kind": "point", "x": "3", "y": 4},
        {"kind": "point", "x": math.nan, "y": 4},
        {"kind": "point", "x": -math.inf, "y": 4},
        {"kind": "point", "x": True, "y": 4},
        {"kind": "point", "x": 3},
        {"kind": "box", "box": [1, 2, 3]},
        {"kind": "box", "box": [1, 2, 1, 9]},
        {"kind": "box", "box": [1, 2, math.inf, 9]},
        {"kind": "box", "box": "1234"},
        {"kind": "path", "path": [[1, 2], [3, 4]]},
        {"kind": "path", "path": "12"},
    ],
)
def test_anything_else_is_no_event(raw: Any) -> None:
    assert read_event(raw, 100, 50) is None


def test_a_repeated_event_counts_once() -> None:
    first, second, third = ({**POINT, "id": number, "x": number} for number in (5, 6, 7))
    events, seen = read_events([first, second], 0, 100, 50)
    assert ([each.x for each in events], seen) == ([5, 6], 6)
    events, seen = read_events([first, second, third], seen, 100, 50)
    assert ([each.x for each in events], seen) == ([7], 7)
    assert read_events([third], seen, 100, 50) == ([], 7)


@pytest.mark.parametrize(
    "raw",
    [None, {}, "x", [None], [{"kind": "point", "x": 1, "y": 1}], [{**POINT, "id": 1e300}], [{**POINT, "id": 2**60}]],
)
def test_no_message_is_no_event(raw: Any) -> None:
    assert read_events(raw, 3, 100, 50) == ([], 3)


def test_nonsense_is_confirmed_so_that_it_is_not_sent_for_ever() -> None:
    assert read_events([{"id": 9, "kind": "explode"}], 3, 100, 50) == ([], 9)


def test_marks_pile_up_and_go_back_and_forth() -> None:
    first, second = CanvasEvent("point", 1, 2), CanvasEvent("box", box_xyxy=(0, 0, 5, 5))
    history = applied(applied(MarkHistory(), first), second)
    assert history.now == Marks((Point(1, 2),), ((0, 0, 5, 5),))
    assert history.rev == 2
    back = history.undone().undone()
    assert back.now == Marks()
    assert back.redone().now == Marks((Point(1, 2),))
    assert back.redone().redone().redone().now == history.now
    assert cleared(history).undone().now == history.now


def test_a_new_mark_ends_the_way_forward() -> None:
    history = applied(applied(MarkHistory(), CanvasEvent("point", 1, 1)).undone(), CanvasEvent("point", 2, 2))
    assert history.redone() is history
    assert history.now.points == (Point(2, 2),)


@pytest.mark.parametrize(
    "change",
    [MarkHistory.undone, MarkHistory.redone, cleared, lambda h: applied(h, CanvasEvent("patch", patch=1))],
)
def test_nothing_to_do_changes_nothing(change: Any) -> None:
    history = MarkHistory()
    assert change(history) is history


def test_commands_come_as_events_too() -> None:
    history = applied(MarkHistory(), CanvasEvent("point", 1, 1))
    assert applied(history, CanvasEvent("undo")).now == Marks()
    assert applied(applied(history, CanvasEvent("clear")), CanvasEvent("undo")).now == history.now


def test_the_oldest_box_gives_way() -> None:
    history = MarkHistory()
    for right in (1, 2, 3):
        history = applied(history, CanvasEvent("box", box_xyxy=(0, 0, right, 1)), most_boxes=2)
    assert history.now.boxes == ((0, 0, 2, 1), (0, 0, 3, 1))


def test_a_flood_of_clicks_ends_somewhere() -> None:
    history = MarkHistory()
    for _ in range(500):
        history = applied(history, CanvasEvent("point", 1, 1))
    assert len(history.now.points) == 200
    assert len(history.past) == 200
