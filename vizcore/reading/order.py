"""In which order does a person read boxes of text? Rows from top to bottom, each from left to right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vizcore.results import FloatArray

OVERLAP = 0.5  # of the lower box's height by which two boxes share a row


def skew_of(polygons: FloatArray) -> float:
    """The angle of the page in radians, clockwise on the screen: the median slope of the lines' upper edges, a long
    line counting more. polygons (n, 4, 2), corners from the text's top left on; 0 for no line.
    """
    edges = polygons[:, 1] - polygons[:, 0]
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    if not len(edges) or not lengths.sum():
        return 0.0
    angles = np.arctan2(edges[:, 1], edges[:, 0])
    order = np.argsort(angles, kind="stable")
    middle = int(np.searchsorted(np.cumsum(lengths[order]), lengths.sum() / 2))
    return float(angles[order[min(middle, len(order) - 1)]])


def straightened(polygons: FloatArray) -> FloatArray:
    """Boxes (n, 4) xyxy around the polygons after the page was turned upright: a row is level again."""
    angle = skew_of(polygons)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = polygons @ turn.T
    boxes: FloatArray = np.concatenate([turned.min(axis=1), turned.max(axis=1)], axis=1)
    return boxes.reshape(-1, 4)


def rows_of(boxes_xyxy: FloatArray) -> list[list[int]]:
    """Places of the boxes (n, 4) by row; two are in one row when half of the lower one's height overlaps with it.

    For pages with one column: two columns of running text would be read across.
    """
    if not len(boxes_xyxy):
        return []
    centres = (boxes_xyxy[:, 1] + boxes_xyxy[:, 3]) / 2
    rows: list[list[int]] = []
    for place in np.argsort(centres, kind="stable").tolist():
        if rows and _same_row(boxes_xyxy[rows[-1]], boxes_xyxy[place]):
            rows[-1].append(place)
        else:
            rows.append([place])
    return [sorted(row, key=lambda each: float(boxes_xyxy[each, 0])) for row in rows]


def _same_row(row: FloatArray, box: FloatArray) -> bool:
    top, bottom = float(np.median(row[:, 1])), float(np.median(row[:, 3]))
    shared = min(bottom, float(box[3])) - max(top, float(box[1]))
    return shared >= OVERLAP * min(bottom - top, float(box[3] - box[1]))


def text_in_order(texts: Sequence[str], boxes_xyxy: FloatArray) -> str:
    """The boxes' texts, a space between boxes of a row and a line end between rows."""
    return "\n".join(" ".join(texts[place] for place in row) for row in rows_of(boxes_xyxy))
