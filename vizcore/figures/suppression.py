"""One step of non-maximum suppression on the photo, and what its threshold costs as curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.boxes import line_width, on_canvas
from vizcore.figures.theme import (
    DISPLAY_SIDE,
    LINE_WIDTH,
    MUTED_INK,
    SUPPRESSION_COLOURS,
    family_accent,
    red_green_blue,
)
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.results import BoxSet
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

DRAWN_FIRST_TO_LAST = ("waiting", "kept", "dropped", "chosen")
HEIGHT = 300
DASHES = ("solid", "dash", "dot")


def draw_step(
    photo: Photo, boxes: BoxSet, roles: Mapping[str, Sequence[int]], *, longest_side: int = DISPLAY_SIDE
) -> NDArray[np.uint8]:
    """The photo (h, w, 3) with the rows of `boxes` by their role in one step: keys of `SUPPRESSION_COLOURS`.

    Boxes that wait are thin, the one kept now is thickest and on top.
    """
    canvas = shrunk(photo.rgb, longest_side).copy()
    edges = on_canvas(boxes.boxes_xyxy, boxes.size_wh, (canvas.shape[1], canvas.shape[0]))
    line = line_width(canvas)
    widths = {"waiting": max(1, line // 2), "kept": line, "dropped": line, "chosen": 2 * line}
    for role in DRAWN_FIRST_TO_LAST:
        colour = red_green_blue(SUPPRESSION_COLOURS[role])
        for row in reversed(roles.get(role, ())):
            _frame(canvas, edges[row].tolist(), colour, widths[role])
    return canvas


def count_curves(
    thresholds: Sequence[float],
    lines: Mapping[str, Sequence[int]],
    *,
    now: float,
    axis: str,
    family: Family,
    dark: bool = False,
) -> go.Figure:
    """Counts of boxes against a threshold, one line each; a dotted upright line where the threshold is now."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for place, (name, counts) in enumerate(lines.items()):
        figure.add_scatter(
            x=list(thresholds),
            y=list(counts),
            name=name,
            mode="lines",
            line={
                "color": family_accent(family, dark=dark) if place == 0 else SUPPRESSION_COLOURS["dropped"],
                "width": LINE_WIDTH,
                "dash": DASHES[place % len(DASHES)],
            },
            hovertemplate="%{x:.2f}: %{y}<extra>%{fullData.name}</extra>",
        )
    figure.add_vline(x=now, line={"color": MUTED_INK.on(dark=dark), "dash": "dot", "width": 2})
    _lay_out_counts(figure, axis, highest=max((int(count) for counts in lines.values() for count in counts), default=0))
    return figure


def _lay_out_counts(figure: go.Figure, axis: str, *, highest: int) -> None:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.3, "yanchor": "top"},
        xaxis={"title": axis, "fixedrange": True},
        yaxis={
            "rangemode": "tozero",
            "tickformat": "d",
            "dtick": max(1, -(-highest // 5)),  # whole boxes: never the same number twice
            "fixedrange": True,
            "automargin": True,
        },
    )


def _frame(canvas: NDArray[np.uint8], box: list[int], colour: tuple[int, int, int], line: int) -> None:
    x0, y0, x1, y1 = box
    canvas[y0 : min(y0 + line, y1), x0:x1] = colour
    canvas[max(y1 - line, y0) : y1, x0:x1] = colour
    canvas[y0:y1, x0 : min(x0 + line, x1)] = colour
    canvas[y0:y1, max(x1 - line, x0) : x1] = colour
