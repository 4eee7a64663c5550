"""How sure is the segmenter in each frame, how large is its mask, and how right is it where the truth is known?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vizcore.figures.theme import INK, MISSED

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 320
MOST_SHOWN = 2.5  # an area that runs away must not flatten the other lines
COLOURS = {"predicted": "#56b4e9", "area": "#cc79a7", "place": "#e69f00", "looks": "#8c8c8c", "iou": "#009e73"}
DASHES = {"predicted": "dash", "area": "dot", "place": "dashdot", "looks": "longdash", "iou": "solid"}


def propagation_figure(
    lines: Mapping[str, Sequence[float | None]],
    names: Mapping[str, str],
    *,
    anchors: Sequence[int],
    alarms: Sequence[int],
    frame: int,
    dark: bool = False,
) -> go.Figure:
    """lines: predicted, area (share of its anchor's), place, looks and, where known, iou, one value a frame. names: of
    the lines, and of anchor, alarm and frame, in words."""
    import plotly.graph_objects as go

    figure = go.Figure()
    known = [value for line in lines.values() for value in line if value is not None and value == value]
    high = min(1.05 * max([*known, 1.0]), MOST_SHOWN)
    count = max((len(line) for line in lines.values()), default=0)
    for name, line in lines.items():
        figure.add_scatter(
            x=list(range(1, count + 1)), y=list(line), mode="lines", name=names[name],
            line={"color": COLOURS[name], "width": 3, "dash": DASHES[name]},
            hovertemplate="%{x}: %{y:.2f}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    for places, name, symbol, colour in (
        (anchors, "anchor", "diamond", INK.on(dark=dark)), (alarms, "alarm", "x", MISSED),
    ):  # fmt: skip
        if len(places):
            figure.add_scatter(**_marks(places, names[name], symbol, colour))
    figure.add_vline(x=frame, line={"color": INK.on(dark=dark), "width": 1, "dash": "dot"})
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 4, "b": 4},
        legend={"orientation": "h", "y": -0.32, "yanchor": "top", "font": {"size": 11}},
        xaxis={"title": names["frame"], "range": [0.5, count + 0.5], "fixedrange": True, "zeroline": False},
        yaxis={"range": [0, high], "fixedrange": True, "automargin": True, "zeroline": False},
    )
    return figure


def _marks(places: Sequence[int], name: str, symbol: str, colour: str) -> dict[str, Any]:
    return {
        "x": list(places),
        "y": [0.03] * len(places),
        "mode": "markers",
        "name": name,
        "marker": {"symbol": symbol, "size": 11, "color": colour},
        "hovertemplate": "%{x}<extra>%{fullData.name}</extra>",
    }
