"""Every term of a climb's loss against the step, each in its own colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import FAMILY_ACCENTS, INK, LINE_WIDTH

if TYPE_CHECKING:
    import plotly.graph_objects as go

CURVES_HEIGHT = 260
MOST_POINTS = 160

# By the names of a snapshot's values; "loss" is the sum and takes the page's ink. Words are written in these colours
# too, so they are accents, readable on both pages; no model of these families can appear beside them.
TERM_COLOURS = {
    "activation": FAMILY_ACCENTS["deeplab"],
    "certainty": FAMILY_ACCENTS["sam"],
    "variation": FAMILY_ACCENTS["mask-rcnn"],
    "l1": FAMILY_ACCENTS["swin"],
    "l2": FAMILY_ACCENTS["yolo"],
    "blur": FAMILY_ACCENTS["detr"],
    "diversity": FAMILY_ACCENTS["faster-rcnn"],
}


def term_colour(name: str, *, dark: bool) -> str:
    """The colour of one term on a light or a dark page."""
    return TERM_COLOURS.get(name, INK).on(dark=dark)


def as_terms(values: Mapping[str, float]) -> dict[str, float]:
    """A snapshot's values as what adds up to the loss, the loss last: the activation counts negatively."""
    terms = {name: -values[name] if name == "activation" else values[name] for name in TERM_COLOURS if name in values}
    return terms | ({"loss": values["loss"]} if "loss" in values else {})


def loss_curves(
    history: Sequence[tuple[int, Mapping[str, float]]], names: Mapping[str, str], *, dark: bool = False
) -> go.Figure:
    """history: (step, values) as a job gives it; names: of the terms, for people. An empty history gives an empty plot.

    At most `MOST_POINTS` steps are drawn, evenly spaced, the last one always among them.
    """
    import plotly.graph_objects as go

    points = thinned([(step, as_terms(values)) for step, values in history if "loss" in values])
    figure = go.Figure()
    for name in points[-1][1] if points else ():
        figure.add_scatter(
            x=[step for step, _terms in points],
            y=[terms.get(name) for _step, terms in points],
            name=names.get(name, name),
            mode="lines",
            line={"color": term_colour(name, dark=dark), "width": LINE_WIDTH if name == "loss" else LINE_WIDTH - 1},
            hovertemplate="%{y:.3f}",
        )
    figure.update_layout(
        height=CURVES_HEIGHT,
        margin={"l": 0, "r": 8, "t": 4, "b": 0},
        legend={"orientation": "h", "y": -0.25},
        hovermode="x unified",
        showlegend=True,
    )
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True, zeroline=True)
    return figure


def thinned(points: list[tuple[int, dict[str, float]]], most: int = MOST_POINTS) -> list[tuple[int, dict[str, float]]]:
    """Every n-th point, counted back from the last."""
    stride = -(-len(points) // most) or 1
    return points[::-1][::stride][::-1]
