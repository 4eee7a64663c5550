"""Who is how far at which moment of the contest, how sure is that, and what do all of them say to one digit?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from vizcore.figures.theme import FAMILY_ACCENTS, FAMILY_COLOURS, HEAT_STOPS, LINE_WIDTH, MUTED_INK
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent_sign
from vizcore.learning.contest.contestants import CONTESTANTS
from vizcore.learning.contest.results import ContestRun
from vizcore.learning.contest.standings import Standing
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 300
AXES = {"fixedrange": True, "automargin": True}
LEAST_ERROR = 0.001
ERROR_TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
DASHES = {"efficientnet-lite0": "dash", "alexnet": "dot", "vgg16": "dashdot"}  # of one family: told apart by the line
SCALE = [[place / (len(HEAT_STOPS) - 1), colour] for place, colour in enumerate(HEAT_STOPS)]


def _error_axis() -> dict[str, Any]:
    """Shares of wrong answers on a logarithmic axis, as the language writes percentages."""
    words = [number(100 * each, 1) + percent_sign() for each in ERROR_TICKS]
    return {"type": "log", "tickvals": ERROR_TICKS, "ticktext": words}


def colour_of(contestant: str, *, dark: bool) -> str:
    """The colour of the contestant's family."""
    return FAMILY_ACCENTS[CONTESTANTS[contestant].family].on(dark=dark)


def error_curves(runs: Sequence[ContestRun], *, by: str, axis: str, dark: bool = False) -> go.Figure:
    """Share of wrong answers, on a logarithmic axis, against `seconds` or `epochs` (by); a line for each run, one name
    a contestant. axis: the words below it.

    No run, or one that has not looked at the test yet, gives an empty plot.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    named: set[str] = set()
    for run in runs:
        key = run.contestant
        figure.add_scatter(
            x=[getattr(each, by) for each in run.looks],
            y=[_drawable(1 - each.score) for each in run.looks],
            name=_(CONTESTANTS[key].title),
            legendgroup=key,
            showlegend=key not in named,
            mode="lines+markers",
            marker={"size": 4},
            line={"color": colour_of(key, dark=dark), "width": LINE_WIDTH - 1, "dash": DASHES.get(key, "solid")},
            hovertemplate="%{y:.1%} · %{x:.3g}<extra>%{fullData.name}</extra>",
        )
        named.add(key)
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 8, "t": 8, "b": 0}, legend={"orientation": "h", "y": -0.3})
    figure.update_xaxes(title=axis, rangemode="tozero", **AXES)
    figure.update_yaxes(**_error_axis(), **AXES)
    return figure


def error_dots(rows: Sequence[Standing], names: Sequence[str], *, dark: bool = False) -> go.Figure:
    """Shares of wrong answers: the interval a bar, the mean a large dot, every seed a small one; best at the top.

    names: as the axis writes them, one a row.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    order = sorted(range(len(rows)), key=lambda place: rows[place].score.mean)
    for place in order:
        row, name = rows[place], names[place]
        right = row.interval or (row.score.low, row.score.high)
        mean, low, high = (_drawable(1 - each) for each in (row.score.mean, right[1], right[0]))
        colour = colour_of(row.contestant, dark=dark)
        figure.add_scatter(
            x=[mean], y=[name], mode="markers", marker={"size": 11, "color": colour},
            error_x={"array": [high - mean], "arrayminus": [mean - low], "color": colour, "thickness": 2},
            hovertemplate=f"{mean:.1%} ({low:.1%} – {high:.1%})<extra></extra>",
        )  # fmt: skip
        figure.add_scatter(
            x=[_drawable(1 - final_score(each)) for each in row.runs], y=[name] * len(row.runs), mode="markers",
            marker={"size": 5, "color": MUTED_INK.on(dark=dark)}, hovertemplate="%{x:.1%}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 8, "t": 8, "b": 0}, showlegend=False)
    figure.update_xaxes(**_error_axis(), **AXES)
    figure.update_yaxes(type="category", **AXES)
    return figure


def _drawable(share: float) -> float:
    """No mistake at all still has a place on a logarithmic axis."""
    return max(share, LEAST_ERROR)


def final_score(run: ContestRun) -> float:
    """Accuracy, or mAP: what the run's last look at the test gave."""
    return run.looks[-1].score if run.looks else 0.0


def answer_grid(probabilities: FloatArray, names: Sequence[str], *, axis: str) -> go.Figure:
    """probabilities (contestants, 10): a row for each contestant, a cell for each digit, the number in per cent in it.

    names: of the contestants. No contestant gives an empty grid.
    """
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Heatmap(
            z=probabilities,
            x=[str(digit) for digit in range(10)],
            y=list(names),
            zmin=0,
            zmax=1,
            colorscale=SCALE,
            showscale=False,
            xgap=2,
            ygap=2,
            text=np.where(probabilities >= 0.005, np.char.mod("%.0f", 100 * probabilities), ""),
            texttemplate="%{text}",
            hovertemplate="%{y}: %{x}, %{z:.1%}<extra></extra>",
        )
    )
    figure.update_layout(height=60 + 44 * max(1, len(names)), margin={"l": 0, "r": 8, "t": 4, "b": 0})
    figure.update_xaxes(type="category", title=axis, **AXES)
    figure.update_yaxes(type="category", autorange="reversed", **AXES)
    return figure


def live_curve(
    run: ContestRun | None, names: Mapping[str, str], *, axis: str, reference: float | None = None, dark: bool = False
) -> go.Figure:
    """names: `train_loss`, `test_loss` or `score` -> words; against seconds of training. None gives an empty plot."""
    import plotly.graph_objects as go

    figure = go.Figure()
    looks = run.looks if run else ()
    for place, (name, title) in enumerate(names.items()):
        points = [(each.seconds, getattr(each, name)) for each in looks if getattr(each, name) is not None]
        figure.add_scatter(
            x=[each[0] for each in points],
            y=[each[1] for each in points],
            name=title,
            mode="lines+markers",
            line={
                "color": FAMILY_COLOURS["vit" if place else "cnn"],
                "width": LINE_WIDTH - 1,
            },
            hovertemplate="%{y:.3f} · %{x:.3g}<extra>%{fullData.name}</extra>",
        )
    if reference is not None:
        figure.add_hline(y=reference, line={"color": MUTED_INK.on(dark=dark), "dash": "dot"})
    figure.update_layout(
        height=240, margin={"l": 0, "r": 8, "t": 4, "b": 0}, legend={"orientation": "h", "y": -0.35},
        showlegend=len(names) > 1,
    )  # fmt: skip
    figure.update_xaxes(title=axis, rangemode="tozero", **AXES)
    figure.update_yaxes(rangemode="tozero", **AXES)
    return figure
