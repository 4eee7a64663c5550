"""A mask against its truth as a picture: what is shared, missed and too much, the bands, the farthest pixel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.signed import enlarged
from vizcore.figures.theme import (
    DIVERGING_SCALE,
    IN_BOTH,
    INK,
    LINE_WIDTH,
    MISSED,
    MUTED_INK,
    PANEL,
    PRIMARY,
    TOO_MUCH,
    red_green_blue,
)
from vizcore.metrics.masks.boundary import boundary_band
from vizcore.metrics.masks.overlap import Mask, dice_from_iou
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

Pixels = NDArray[np.uint8]
SHOWN_SIDE = 420
CURVE_HEIGHT = 320
FAINT = 0.35  # of the inside, where only the bands count


def pair_picture(truth: Mask, prediction: Mask, *, dark: bool = False, farthest: Any = None) -> Pixels:
    """(h, w, 3): green where both are, orange where the truth alone is, pink where the prediction alone is.

    farthest: ((x, y), (x, y)) of two pixels, joined by a line.
    """
    canvas = _coloured(truth, prediction, red_green_blue(PANEL.on(dark=dark)))
    picture = enlarged(canvas, SHOWN_SIDE)
    if farthest is not None:
        _draw_line(picture, farthest, picture.shape[0] // truth.shape[0], red_green_blue(INK.on(dark=dark)))
    return picture


def band_picture(truth: Mask, prediction: Mask, width_px: int, *, dark: bool = False) -> Pixels:
    """The same with the bands along both outlines in full colour and everything else faint."""
    ground = np.array(red_green_blue(PANEL.on(dark=dark)), dtype=np.float64)
    faint = (1 - FAINT) * ground + FAINT * _coloured(truth, prediction, red_green_blue(PANEL.on(dark=dark)))
    a, b = boundary_band(truth, width_px), boundary_band(prediction, width_px)
    canvas = faint.round().astype(np.uint8)
    canvas[a | b] = _coloured(a, b, (0, 0, 0))[a | b]
    return enlarged(canvas, SHOWN_SIDE)


def gradient_picture(gradient: FloatArray, largest: float | None = None) -> Pixels:
    """(h, w, 3): white for no gradient, red where the logit should fall, blue where it should rise; `largest` is the
    value of the darkest colour, None for the largest in the picture."""
    peak = float(np.abs(gradient).max()) if largest is None else largest
    still: FloatArray = np.full(gradient.shape, 0.5)
    shares: FloatArray = still + 0.5 * np.clip(gradient / peak, -1, 1) if peak > 0 else still
    places = np.array([place for place, _colour in DIVERGING_SCALE], dtype=np.float64)
    colours = np.array([red_green_blue(str(colour)) for _place, colour in DIVERGING_SCALE], dtype=np.float64)
    channels = [np.interp(shares, places, colours[:, channel]) for channel in range(3)]
    return enlarged(np.stack(channels, axis=-1).round().astype(np.uint8), SHOWN_SIDE)


def paper(width: int, height: int, step: int = 20, *, dark: bool = False) -> Pixels:
    """Squared paper (height, width, 3) to draw on."""
    sheet = np.empty((height, width, 3), dtype=np.uint8)
    sheet[:] = red_green_blue(PANEL.on(dark=dark))
    line = [round((9 * a + b) / 10) for a, b in zip(sheet[0, 0].tolist(), red_green_blue(INK.on(dark=dark)),
                                                    strict=True)]  # fmt: skip
    sheet[::step], sheet[:, ::step] = line, line
    return sheet


def dice_against_iou(value: float, *, here: str, dark: bool = False) -> go.Figure:
    """The curve Dice = 2 J / (1 + J) over IoU, and the visitor's point; NaN draws no point. here: the point's name."""
    import plotly.graph_objects as go

    xs = np.linspace(0, 1, 101)
    figure = go.Figure()
    figure.add_scatter(x=xs, y=xs, name="IoU", mode="lines", line={"color": MUTED_INK.on(dark=dark), "dash": "dot"})
    figure.add_scatter(
        x=xs, y=2 * xs / (1 + xs), name="Dice", mode="lines", line={"color": PRIMARY.on(dark=dark), "width": LINE_WIDTH}
    )
    if not math.isnan(value):
        figure.add_scatter(
            x=[value, value],
            y=[value, dice_from_iou(value)],
            name=here,
            mode="lines+markers",
            marker={"size": 11, "color": TOO_MUCH, "line": {"width": 1, "color": INK.on(dark=dark)}},
            line={"color": TOO_MUCH},
        )
    return _framed(figure, "IoU")


def size_curves(sizes: FloatArray, shares: dict[str, FloatArray], points: dict[str, float], *, axis: str,
                dark: bool = False) -> go.Figure:  # fmt: skip
    """Metrics of a shifted object against its size in pixels, log scale. shares: by the metric's name; points: sizes to
    be marked on the first curve, by name; axis: words under the horizontal axis."""
    import plotly.graph_objects as go

    figure = go.Figure()
    colours = (PRIMARY.on(dark=dark), TOO_MUCH, MISSED)
    for colour, (name, values) in zip(colours, shares.items(), strict=False):
        figure.add_scatter(x=sizes, y=values, name=name, mode="lines", line={"color": colour, "width": LINE_WIDTH})
    first = next(iter(shares.values()))
    for name, size in points.items():
        figure.add_scatter(
            x=[size],
            y=[float(np.interp(size, sizes, first))],
            name=name,
            text=[name],
            mode="markers+text",
            textposition="bottom right" if size < sizes[-1] / 2 else "bottom left",
            showlegend=False,
            marker={"size": 11, "color": IN_BOTH, "line": {"width": 1, "color": INK.on(dark=dark)}},
        )
    _framed(figure, axis)
    figure.update_xaxes(type="log", range=None, tickvals=[5, 10, 20, 50, 100, 200], autorange=True)
    return figure


def _framed(figure: go.Figure, axis: str) -> go.Figure:
    figure.update_layout(
        height=CURVE_HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.25, "yanchor": "top"},
        xaxis={"title": axis, "fixedrange": True, "range": [0, 1.02]},
        yaxis={"range": [0, 1.04], "fixedrange": True, "automargin": True},
    )
    return figure


def _coloured(truth: Mask, prediction: Mask, ground: tuple[int, int, int]) -> Pixels:
    table = np.array([ground, *(red_green_blue(each) for each in (MISSED, TOO_MUCH, IN_BOTH))], dtype=np.uint8)
    return np.asarray(table[truth.astype(np.uint8) + 2 * prediction.astype(np.uint8)])


def _draw_line(picture: Pixels, ends: Any, factor: int, colour: tuple[int, int, int]) -> None:
    import cv2

    first, second = ((round((x + 0.5) * factor), round((y + 0.5) * factor)) for x, y in ends)
    cv2.line(picture, first, second, colour, LINE_WIDTH, cv2.LINE_AA)
    for end in (first, second):
        cv2.circle(picture, end, 2 * LINE_WIDTH, colour, LINE_WIDTH - 1, cv2.LINE_AA)
