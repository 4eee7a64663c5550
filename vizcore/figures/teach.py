"""Figures of taught models: accuracies with their intervals, and accuracy over the number of photos as bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vizcore.figures.theme import BAR_HEIGHT, CLASS_COLOURS, INK, LINE_WIDTH, MUTED_INK
from vizcore.i18n import _
from vizcore.i18n.numbers import percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.results import FloatArray

BAND_OPACITY = 0.22
AXES = {"fixedrange": True, "automargin": True}
TENTHS = tuple(place / 10 for place in range(11))
PLOT: dict[str, Any] = {
    "height": 300,
    "margin": {"l": 0, "r": 20, "t": 8, "b": 0},  # right: half of "100 %", which is hidden where it does not fit
    "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
}


@dataclass(frozen=True)
class Measured:
    """One accuracy with its 95 % interval, in [0, 1]."""

    title: str
    accuracy: float
    low: float
    high: float
    colour: str


@dataclass(frozen=True, eq=False)
class Band:
    """accuracies (S, draws) over sizes (S,)."""

    title: str
    sizes: Sequence[int]
    accuracies: FloatArray
    colour: str


def accuracy_chart(rows: Sequence[Measured], *, guessing: float, dark: bool = False) -> go.Figure:
    """A dot with its 95 % interval for each method; a dotted line where guessing would be."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for row in rows:
        figure.add_scatter(
            x=[row.accuracy],
            y=[row.title],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [row.high - row.accuracy],
                "arrayminus": [row.accuracy - row.low],
                "thickness": LINE_WIDTH,
                "width": 6,
                "color": row.colour,
            },
            mode="markers+text",
            marker={"size": 12, "color": row.colour},
            text=[percent(row.accuracy, 1)],
            textposition="top center",
            hovertemplate=f"%{{x:.1%}} ({percent(row.low, 0)} – {percent(row.high, 0)})<extra></extra>",
            showlegend=False,
        )
    figure.add_vline(x=guessing, line={"dash": "dot", "color": MUTED_INK.on(dark=dark)})
    figure.update_layout(
        height=90 + int(1.6 * BAR_HEIGHT) * max(1, len(rows)),
        margin={"l": 0, "r": 16, "t": 8, "b": 0},
        xaxis={
            "range": [0, 1.12],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "tickformat": ".0%",
            "title": _("Accuracy on the test photos"),
            **AXES,
        },
        yaxis={"range": [len(rows) - 0.4, -0.75], "type": "category", **AXES},
    )
    return figure


def learning_bands(bands: Sequence[Band]) -> go.Figure:
    """From the worst to the best draw as a band, the mean as a line; the sizes at even distances."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for band in bands:
        _add_band(figure, band)
    sizes = sorted({size for band in bands for size in band.sizes})
    lowest = max(0.0, min((float(band.accuracies.min()) for band in bands), default=0.0) - 0.1)
    figure.update_layout(
        **PLOT,
        xaxis={
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [str(each) for each in sizes],
            "title": _("Photos a class to learn from"),
            **AXES,
        },
        yaxis={"tickformat": ".0%", "tickvals": TENTHS, "range": [lowest, 1.02], **AXES},
    )
    return figure


def _add_band(figure: go.Figure, band: Band) -> None:
    names = [str(size) for size in band.sizes]
    low, high, mean = (each(band.accuracies, axis=1).tolist() for each in (np.min, np.max, np.mean))
    figure.add_scatter(
        x=[*names, *names[::-1]],
        y=[*high, *low[::-1]],
        fill="toself",
        fillcolor=band.colour,
        opacity=BAND_OPACITY,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=names,
        y=mean,
        name=band.title,
        mode="lines+markers",
        line={"color": band.colour, "width": LINE_WIDTH - 1},
        customdata=list(zip(low, high, strict=True)),
        hovertemplate="%{y:.1%} (%{customdata[0]:.1%} – %{customdata[1]:.1%})<extra></extra>",
    )


def certainty_histogram(known: FloatArray, strange: FloatArray, threshold: float, *, dark: bool = False) -> go.Figure:
    """The surest probability of known (n,) and strange (m,) photos, as shares of each; the threshold as a line."""
    import plotly.graph_objects as go

    figure = go.Figure()
    bins = {"start": 0.0, "end": 1.0001, "size": 0.05}
    for values, name, colour in (
        (known, _("photos of the classes"), CLASS_COLOURS[2]),
        (strange, _("photos of other things"), CLASS_COLOURS[5]),
    ):
        figure.add_histogram(
            x=values, name=name, histnorm="percent", xbins=bins, marker={"color": colour}, opacity=0.75,
            hovertemplate="%{y:.0f} %<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=threshold, line={"color": INK.on(dark=dark), "width": LINE_WIDTH - 1, "dash": "dash"})
    figure.update_layout(
        barmode="overlay",
        **PLOT,
        xaxis={
            "title": _("Probability of the best class"),
            "range": [0, 1.01],
            "tickformat": ".0%",
            "tickvals": TENTHS[::2],
            **AXES,
        },
        yaxis={"title": _("Share of the photos, %"), **AXES},
    )
    return figure
