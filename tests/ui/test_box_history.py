"""Two boxes with a way back and forward."""

from __future__ import annotations

import pytest

from vizcore.detection.boxes import overlap_working
from vizcore.ui.panels.detection_metrics.box_history import HEIGHT, WIDTH, Box, first_boxes, relative_to, roomiest
from vizcore.ui.panels.detection_metrics.two_boxes import PRESETS


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


@pytest.mark.parametrize(
    "truth", [first_boxes().edges["a"], (400, 100, 640, 400), (0, 0, 640, 300), (300, 11, 500, 480)]
)
def test_presets_are_what_they_are_called(truth: Box) -> None:
    found = {name: overlap_working(truth, roomiest(truth, several)) for name, (_words, several) in PRESETS.items()}
    assert found["near"].iou > 0.5
    assert found["inside"].intersection == found["inside"].area_b < found["inside"].area_a
    assert (found["apart"].intersection, found["apart"].area_b > 0) == (0, True)
    assert found["apart"].giou < 0
    assert found["same"].iou == 1
    shape = found["shape"]
    assert shape.diou == pytest.approx(shape.iou, abs=1e-4), "the centres are the same"
    assert shape.v > 0.001, "the shapes are not"
    assert shape.ciou < shape.diou
