"""Who is taken for whom: counts as coloured cells that can be clicked, and true and found boxes on their picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.theme import HEAT_STOPS, IN_BOTH, LINE_WIDTH, MISSED, TOO_MUCH, red_green_blue
from vizcore.i18n import _
from vizcore.i18n.pieces import named

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.results import FloatArray

CELL, LEAST_CELL = 46, 14  # pixels
TALLEST = 740  # pixels of all cells together: many classes get smaller cells, down to the least
LONGEST_NAME = 14
MARGIN, LEAST_AROUND = 0.5, 12  # around a crop: in sides of its boxes, in pixels
MOST_NUMBERS = 16  # classes up to which the counts are written into the cells
SCALE = [[place / (len(HEAT_STOPS) - 1), colour] for place, colour in enumerate(HEAT_STOPS)]


def confusion_cells(matrix: NDArray[np.int64], names: Sequence[str], shown: Sequence[int] | None = None) -> go.Figure:
    """matrix (n, n): rows the truth, columns what was found; colours show shares of a whole row, words the counts.

    names (n,), "background" last. shown: the classes that are drawn, all by default. Each cell is a point with
    customdata [row, column, count] of the matrix, so that it can be clicked. Cells stand at their class's number, since
    names that were cut to fit the axis may be equal.
    """
    import plotly.graph_objects as go

    classes = range(len(names)) if shown is None else shown
    cut = {str(row): _short(names[row]) for row in classes}
    cell = max(LEAST_CELL, min(CELL, TALLEST // max(1, len(classes))))
    axis = {"type": "category", "fixedrange": True, "labelalias": cut}
    layout = {
        "height": max(240, cell * len(classes) + 110),
        "margin": {"l": 0, "r": 0, "t": 8, "b": 8},
        "xaxis": axis | {"side": "top", "title": _("found"), "tickangle": -40},
        "yaxis": axis | {"autorange": "reversed", "title": _("truth"), "automargin": True},
    }
    return go.Figure([_shares(matrix, classes), _cells(matrix, names, classes, max(cell - 8, cell // 2))], layout)


def _shares(matrix: NDArray[np.int64], classes: Sequence[int]) -> dict[str, Any]:
    """The coloured cells, with their counts where there is room."""
    totals = matrix.sum(axis=1, keepdims=True)[classes]
    matrix = matrix[np.ix_(classes, classes)]
    shares = np.divide(matrix, totals, out=np.zeros(matrix.shape), where=totals > 0)
    places = [str(row) for row in classes]
    written = len(places) <= MOST_NUMBERS
    trace = {"type": "heatmap", "z": np.where(matrix > 0, shares, np.nan), "x": places, "y": places}
    scale = {"zmin": 0, "zmax": 1, "colorscale": SCALE, "showscale": False}
    look = scale | {"hoverinfo": "skip", "xgap": 1 + written, "ygap": 1 + written}
    if not written:
        return trace | look
    text = [[str(value) if value or len(places) == 2 else "" for value in line] for line in matrix.tolist()]
    return trace | look | {"text": text, "texttemplate": "%{text}"}


def _cells(matrix: NDArray[np.int64], names: Sequence[str], classes: Sequence[int], side: int) -> dict[str, Any]:
    """An invisible point on each cell that answers to the pointer, with its classes' whole names."""
    truths, answers = ({row: named(word, _plain(names[row])) for row in classes} for word in (_("truth"), _("found")))
    cells = list(product(classes, repeat=2))
    return {
        "type": "scatter",
        "x": [str(column) for _row, column in cells],
        "y": [str(row) for row, _column in cells],
        "mode": "markers",
        "marker": {"size": side, "symbol": "square", "opacity": 0},
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
        "customdata": [[row, column, int(matrix[row, column])] for row, column in cells],
        "hovertext": [f"{truths[row]}<br>{answers[column]}" for row, column in cells],
        "hovertemplate": "%{hovertext}<br><b>%{customdata[2]}</b><extra></extra>",
        "showlegend": False,
    }


def judged_picture(
    rgb: NDArray[np.uint8],
    matched: FloatArray,
    missed: FloatArray,
    false: FloatArray,
    truth: FloatArray | None = None,
    *,
    least_side: int = 480,
) -> NDArray[np.uint8]:
    """The picture with detections that are right, false ones (dashed) and missed objects, boxes (n, 4) xyxy in pixels.

    truth: true boxes of the right detections, drawn thin. Small pictures are enlarged, so that lines stay thin.
    """
    import cv2

    scale = max(1, round(least_side / max(rgb.shape[:2])))
    larger = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    canvas: NDArray[np.uint8] = np.ascontiguousarray(larger, dtype=np.uint8)
    if truth is not None:
        for box in truth * scale:
            _rectangle(canvas, box, (255, 255, 255), 1)
    for boxes, colour, gap in ((missed, MISSED, 0), (false, TOO_MUCH, 9), (matched, IN_BOTH, 0)):
        for box in boxes * scale:
            _rectangle(canvas, box, red_green_blue(colour), LINE_WIDTH, gap)
    return canvas


def _rectangle(
    canvas: NDArray[np.uint8], box: FloatArray, colour: tuple[int, int, int], width: int, gap: int = 0
) -> None:
    import cv2

    height, length = canvas.shape[:2]
    limits = np.array([length - 1, height - 1] * 2)
    x0, y0, x1, y1 = (int(each) for each in np.rint(np.clip(box, 0, limits)))
    if not gap:
        cv2.rectangle(canvas, (x0, y0), (x1, y1), colour, width)
        return
    for start in range(x0, x1, 2 * gap):
        for y in (y0, y1):
            cv2.line(canvas, (start, y), (min(start + gap, x1), y), colour, width)
    for start in range(y0, y1, 2 * gap):
        for x in (x0, x1):
            cv2.line(canvas, (x, start), (x, min(start + gap, y1)), colour, width)


def _short(name: str) -> str:
    return _plain(name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…")


def _plain(name: str) -> str:
    return name.replace("<", "&lt;")


def crop_around(rgb: NDArray[np.uint8], boxes_xyxy: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The part of the picture with these boxes (n, 4), n > 0, and half of their longer side around; never empty."""
    (left, top), (right, bottom) = boxes_xyxy[:, :2].min(axis=0), boxes_xyxy[:, 2:].max(axis=0)
    around = max(MARGIN * (right - left), MARGIN * (bottom - top), LEAST_AROUND)
    height, width = rgb.shape[:2]
    x0, y0 = int(max(0, min(left - around, width - 1))), int(max(0, min(top - around, height - 1)))
    x1, y1 = int(min(width, max(right + around, x0 + 1))), int(min(height, max(bottom + around, y0 + 1)))
    return rgb[y0:y1, x0:x1]
