"""Two boxes with a way back and forward."""

from __future__ import annotations

from vizcore.ui.panels.detection_metrics.box_history import HEIGHT, WIDTH, first_boxes, relative_to


def test_back_and_forward() -> None:
    boxes = first_boxes()
    start = boxes.edges
    boxes.change("b", (0, 0, 10, 10))
    boxes.change("a", (5, 5, 9, 9))
    changed = boxes.edges
    boxes.undo()
    assert boxes.edges == {**start, "b": (0, 0, 10, 10)}
    boxes.redo()
    assert boxes.edges == changed
    boxes.reset()
    assert boxes.edges == start
    boxes.undo()
    assert boxes.edges == changed
    boxes.undo()
    boxes.change("b", (1, 1, 2, 2))
    assert boxes.history.future == (), "a new box ends the way forward"


def test_nothing_to_take_back_changes_nothing() -> None:
    boxes = first_boxes()
    boxes.undo()
    assert (boxes.edges, boxes.rev) == (first_boxes().edges, 0)


def test_presets_stay_in_the_picture() -> None:
    assert relative_to((0, 0, 100, 50), (0.25, 0.5, 0.75, 1.0)) == (25, 25, 75, 50)
    x0, y0, x1, y1 = relative_to((600, 400, 640, 480), (0.5, 0.5, 3, 3))
    assert (x0, y0, x1, y1) == (620, 440, WIDTH, HEIGHT)
