"""In which order does a person read boxes of text? Rows from top to bottom, each from left to right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vizcore.results import FloatArray

OVERLAP = 0.5  # of the lower box's height by which two boxes share a row


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
