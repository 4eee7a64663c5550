"""What clicks, drags, keys and a typed table make of the prompts, without any page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vizcore.prompting.editing import begun, boxed, chosen, picked, removed, renamed
from vizcore.prompting.objects import (
    MOST_OBJECTS,
    MOST_POINTS,
    Point,
    PromptedObject,
    PromptedObjects,
    PromptHistory,
)
from vizcore.prompting.table import from_rows, rows_of
from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.panels.segmentation.canvas_events import after_event


def click(x: float, y: float, positive: bool = True) -> CanvasEvent:
    return CanvasEvent("point", x, y, positive)


def drag(*box: float) -> CanvasEvent:
    return CanvasEvent("box", box_xyxy=box)  # type: ignore[arg-type]


def after(*events: CanvasEvent | str, start: PromptHistory | None = None) -> PromptHistory:
    steps = start or PromptHistory()
    for event in events:
        steps = after_event(steps, CanvasEvent(event) if isinstance(event, str) else event)  # type: ignore[arg-type]
    return steps


def test_nothing_asked_yet() -> None:
    assert PromptedObjects().current == PromptedObject(1)
    assert PromptedObjects().asked == ()
    assert rows_of(PromptedObjects()) == []
    assert after("undo", "redo", "clear").now == PromptedObjects()


def test_clicks_go_to_the_object_in_hand() -> None:
    steps = after(click(10, 20), click(30, 40, positive=False))
    assert steps.now.current.points == (Point(10, 20), Point(30, 40, False))
    steps = after(click(1, 2), start=begun(steps))
    assert [each.points[0].x for each in steps.now.objects] == [10, 1]
    steps = after(click(5, 5), start=chosen(steps, 1))
    assert [len(each.points) for each in steps.now.objects] == [3, 1]


def test_undo_redo_and_clear_go_through_every_change() -> None:
    steps = after(click(1, 1), drag(0, 0, 9, 9), click(2, 2, positive=False))
    back = after("undo", "undo", "undo", "undo", start=steps)
    assert back.now == PromptedObjects()
    assert after("redo", "redo", "redo", "redo", start=back).now == steps.now
    cleared = after("clear", start=steps)
    assert cleared.now == PromptedObjects()
    assert after("undo", start=cleared).now == steps.now
    assert after("redo", start=after(click(7, 7), start=after("undo", start=steps))).now.current.points[-1] == Point(
        7, 7
    )


def test_every_event_counts_so_that_the_browser_hears_of_it() -> None:
    steps = PromptHistory()
    for event in ("undo", "redo", "clear", click(1, 1), drag(3, 3, 3, 9), click(1, 1)):
        following = after(event, start=steps)
        assert following.rev > steps.rev
        steps = following


@pytest.mark.parametrize(
    ("first", "box", "objects"),
    [
        ([click(5, 5)], (0, 0, 9, 9), 1),
        ([click(50, 50)], (0, 0, 9, 9), 2),
        ([drag(0, 0, 9, 9)], (5, 5, 20, 20), 1),
        ([drag(0, 0, 9, 9)], (10, 10, 20, 20), 2),
        ([click(50, 50, positive=False)], (0, 0, 9, 9), 1),
        ([], (0, 0, 9, 9), 1),
    ],
    ids=["around a click", "beside a click", "over the box", "beside the box", "only background", "nothing yet"],
)
def test_a_box_elsewhere_begins_a_new_object(first: list[CanvasEvent], box: tuple[float, ...], objects: int) -> None:
    steps = after(*first, drag(*box))
    assert len(steps.now.objects) == objects
    assert steps.now.current.box == box


def test_a_box_of_no_area_is_said_and_changes_nothing() -> None:
    steps = after(click(1, 1), drag(4, 4, 4, 10))
    assert [each.fault for each in steps.problems] == ["box"]
    assert steps.now == after(click(1, 1)).now
    assert not after(click(2, 2), start=steps).problems


def test_three_hundred_points_are_said_and_the_first_are_kept() -> None:
    steps = after(*(click(i, 1) for i in range(300)))
    assert len(steps.now.current.points) == MOST_POINTS
    assert [(each.fault, each.values) for each in steps.problems] == [("points", {"limit": MOST_POINTS})]
    assert len(steps.past) <= PromptHistory.MOST_STEPS


def test_too_many_objects() -> None:
    steps = PromptHistory()
    for place in range(MOST_OBJECTS + 3):
        steps = after(click(place, 0), start=begun(steps))
    assert len(steps.now.objects) == MOST_OBJECTS
    assert [each.fault for each in begun(steps).problems] == ["objects"]
    assert [each.fault for each in after(drag(500, 500, 600, 600), start=steps).problems] == ["objects"]


def test_a_new_object_is_not_begun_twice() -> None:
    steps = begun(begun(after(click(1, 1))))
    assert [each.number for each in steps.now.objects] == [1, 2]
    assert steps.now.active == 2


def test_removing_objects() -> None:
    steps = after(click(9, 9), start=begun(after(click(1, 1))))
    assert [each.number for each in removed(steps, 2).now.objects] == [1]
    assert removed(steps, 2).now.active == 1
    assert removed(steps, 1).now.active == 2
    empty = removed(removed(steps, 2), 1).now
    assert len(empty.objects) == 1
    assert empty.current.empty
    assert removed(steps, 2).undone().now == steps.now


def test_names_and_candidates_can_be_taken_back() -> None:
    steps = picked(renamed(after(click(1, 1)), 1, "  a   cat \n" + "x" * 99), 1, 2)
    assert steps.now.current.name.startswith("a cat x")
    assert len(steps.now.current.name) == 40
    assert steps.now.current.chosen == 2
    assert after(click(2, 2), start=steps).now.current.chosen == 2, "its logits are fed back"
    assert steps.undone().now.current.chosen is None


def test_a_table_says_the_same_as_clicks() -> None:
    steps = after(click(10, 20), click(1, 1, positive=False), drag(0, 0, 50, 60), drag(100, 100, 120, 130))
    steps = renamed(steps, 2, "dog")
    again = from_rows(replace(PromptHistory(), now=steps.now), rows_of(steps.now), (200, 200))
    assert again.now == steps.now
    assert not again.problems


def row(number: object, kind: str, *values: float | None) -> dict[str, object]:
    return {"object": number, "kind": kind, **dict(zip(("x", "y", "x2", "y2"), values, strict=False))}


def test_what_is_typed_wrongly_is_said_by_row_and_the_rest_is_kept() -> None:
    rows = [
        row(1, "foreground", 5, 5),
        row(1, "foreground", 500, -3),
        row(2, "box", 1, 1, 1, 9),
        row(2, "box", 9, 9, 1, 1),
        row(3, "foreground", float("nan"), 2),
        row(None, "background", 4, 4),
        row(7, "foreground", None, None),
    ]
    steps = from_rows(PromptHistory(), rows, (100, 50))
    assert [(each.row, each.fault) for each in steps.problems] == [
        (2, "moved"),
        (3, "box"),
        (5, "number"),
        (7, "number"),
    ]
    assert [(each.number, len(each.points), each.box) for each in steps.now.objects] == [
        (1, 3, None),
        (2, 0, (1.0, 1.0, 9.0, 9.0)),
    ]
    assert steps.now.object(1).points[1] == Point(100, 0)  # type: ignore[union-attr]
    assert steps.undone().now == PromptedObjects()


def test_an_emptied_table_is_a_new_start() -> None:
    assert from_rows(after(click(1, 1)), [], (9, 9)).now == PromptedObjects()


def test_boxes_of_a_detector_become_objects_once() -> None:
    pairs = [((0.0, 0.0, 5.0, 5.0), "cat"), ((5.0, 5.0, 9.0, 9.0), "dog"), ((0.0, 0.0, 5.0, 5.0), "cat")]
    steps = boxed(PromptHistory(), pairs)
    assert [(each.name, each.box) for each in steps.now.objects] == [("cat", pairs[0][0]), ("dog", pairs[1][0])]
    assert boxed(steps, pairs).now == steps.now
    assert steps.undone().now == PromptedObjects()
    many = boxed(steps, [((float(i), 100.0, i + 1.0, 101.0), "") for i in range(100)])
    assert len(many.now.objects) == MOST_OBJECTS
    assert [each.fault for each in many.problems] == ["objects"]
