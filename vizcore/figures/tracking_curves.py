"""How do tracking scores change with the place of a break, and with the overlap that HOTA asks for?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vizcore.figures.theme import INK
from vizcore.metrics.tracking.hota import ALPHAS, Hota

if TYPE_CHECKING:
    import plotly.graph_objects as go

SCORE_COLOURS = {"mota": "#e69f00", "idf1": "#56b4e9", "hota": "#009e73", "deta": "#cc79a7", "assa": "#0072b2"}
SCORE_DASHES = {"mota": "solid", "idf1": "dash", "hota": "solid", "deta": "dot", "assa": "dashdot"}
SCORE_NAMES = {"mota": "MOTA", "idf1": "IDF1", "hota": "HOTA", "deta": "DetA", "assa": "AssA"}
HEIGHT = 250


def break_curves(
    places: Sequence[int], values: Mapping[str, Sequence[float]], place: int, *, axis: str, dark: bool = False
) -> go.Figure:
    """Scores against the last frame before the break, and where it is now."""
    figure = _lines(list(places), values, axis, dark, place)
    for name, line in values.items():
        figure.add_scatter(
            x=[place], y=[line[list(places).index(place)]], mode="markers", showlegend=False,
            marker={"size": 11, "color": SCORE_COLOURS[name], "line": {"width": 2, "color": INK.on(dark=dark)}},
            hovertemplate=f"{SCORE_NAMES[name]} %{{y:.3f}}<extra></extra>",
        )  # fmt: skip
    return figure


def alpha_curves(hota: Hota, alpha: float, *, axis: str, dark: bool = False) -> go.Figure:
    """HOTA, DetA and AssA against alpha, and the alpha that is worked out."""
    values = {"hota": hota.hota_alpha.tolist(), "deta": hota.deta_alpha.tolist(), "assa": hota.assa_alpha.tolist()}
    return _lines([round(float(each), 2) for each in ALPHAS], values, axis, dark, alpha)


def _lines(x: list[Any], values: Mapping[str, Sequence[float]], axis: str, dark: bool, marked: float) -> go.Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, line in values.items():
        figure.add_scatter(
            x=x, y=list(line), mode="lines", name=SCORE_NAMES[name],
            line={"color": SCORE_COLOURS[name], "width": 3, "dash": SCORE_DASHES[name]},
            hovertemplate="%{x}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    figure.add_vline(x=marked, line={"color": INK.on(dark=dark), "width": 1, "dash": "dot"})
    lowest = min((min(line) for line in values.values() if len(line)), default=0.0)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 4, "b": 4},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": axis, "fixedrange": True, "zeroline": False},
        yaxis={"range": [min(0.0, lowest) - 0.02, 1.04], "fixedrange": True, "automargin": True, "zeroline": False},
    )
    return figure
