"""The error of a numeric gradient over its step, and what a training shows of itself epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import FAMILY_ACCENTS, LINE_WIDTH, MUTED_INK, PRIMARY

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 280
SMALLEST = 1e-16  # what a logarithmic axis shows for an error of 0
NUMBER_COLOURS = {"float64": FAMILY_ACCENTS["cnn"], "float32": FAMILY_ACCENTS["vit"]}
SPLIT_COLOURS = {"train": FAMILY_ACCENTS["cnn"], "validation": FAMILY_ACCENTS["vit"]}
AXES = {"fixedrange": True, "automargin": True}
QUARTERS = (0, 0.25, 0.5, 0.75, 1)
FEW_STEPS = 8  # between which a tick would stand at a fraction of a step

Points = Sequence[tuple[float, float, float]]


def error_by_step(
    curves: Mapping[str, Points], *, step: str, error: str, kinks: str, bound: float, dark: bool = False
) -> go.Figure:
    """curves: (step, relative error, share of entries with kinks) by number type; hollow points had kinks.

    step, error: the axes' words; kinks: said of a hollow point. bound: the error from which a check is red.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, points in curves.items():
        colour = NUMBER_COLOURS[name].on(dark=dark)
        figure.add_scatter(
            x=[each[0] for each in points],
            y=[max(each[1], SMALLEST) for each in points],
            customdata=[f"<br>{kinks}" if each[2] else "" for each in points],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": LINE_WIDTH - 1},
            marker={
                "size": 9,
                "color": colour,
                "symbol": ["circle-open" if each[2] else "circle" for each in points],
            },
            hovertemplate="h = %{x:.0e}: %{y:.1e}%{customdata}<extra>%{fullData.name}</extra>",
        )
    figure.add_hline(y=bound, line={"color": MUTED_INK.on(dark=dark), "dash": "dot"})
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 8, "t": 8, "b": 0}, legend={"orientation": "h", "y": -0.3})
    figure.update_xaxes(type="log", title=step, exponentformat="power", autorange="reversed", dtick=2, **AXES)
    figure.update_yaxes(type="log", title=error, exponentformat="power", dtick=2, **AXES)
    return figure


def training_curves(
    history: Sequence[tuple[int, Mapping[str, float]]],
    names: Mapping[str, str],
    *,
    step: str,
    axis: str,
    reference: float | None = None,
    logarithmic: bool = False,
    percent: bool = False,
    dark: bool = False,
) -> go.Figure:
    """history: (step, values) as a job gives it. names: of the values to draw, "validation_*" in the second colour.

    percent: fractions are drawn as percentages. reference: a dotted line, such as the loss of guessing. An empty
    history gives an empty plot.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, title in names.items():
        points = [(place, values[name]) for place, values in history if name in values]
        part = "validation" if name.startswith("validation") else "train"
        _add_curve(figure, points, title, SPLIT_COLOURS[part].on(dark=dark), percent=percent)
    if reference is not None:
        figure.add_hline(
            y=100 * reference if percent else reference, line={"color": PRIMARY.on(dark=dark), "dash": "dot"}
        )
    figure.update_layout(
        height=220,
        margin={"l": 0, "r": 8, "t": 4, "b": 0},
        legend={"orientation": "h", "y": -0.35},
        hovermode="x unified",
        showlegend=len(names) > 1,
    )
    steps = [place for place, _values in history]
    figure.update_xaxes(title=step, dtick=1 if steps and max(steps) - min(steps) < FEW_STEPS else None, **AXES)
    figure.update_yaxes(title=axis, ticksuffix=" %" if percent else "", **AXES)
    if logarithmic:
        figure.update_yaxes(type="log", exponentformat="power")
    return figure


def _add_curve(
    figure: go.Figure, points: Sequence[tuple[int, float]], title: str, colour: str, *, percent: bool
) -> None:
    figure.add_scatter(
        x=[place for place, _value in points],
        y=[100 * value if percent else value for _place, value in points],
        name=title,
        mode="lines+markers",
        marker={"size": 5},
        line={"color": colour, "width": LINE_WIDTH - 1},
        hovertemplate="%{y:.1f} %" if percent else "%{y:.4g}",
    )


def digit_bars(probabilities: Sequence[float], *, axis: str, dark: bool = False) -> go.Figure:
    """Ten bars of probabilities, one a digit."""
    import plotly.graph_objects as go

    figure = go.Figure(
        go.Bar(
            x=[str(digit) for digit in range(len(probabilities))],
            y=list(probabilities),
            marker={"color": FAMILY_ACCENTS["cnn"].on(dark=dark)},
            hovertemplate="%{x}: %{y:.1%}<extra></extra>",
        )
    )
    figure.update_layout(height=220, margin={"l": 0, "r": 8, "t": 4, "b": 0})
    figure.update_xaxes(type="category", title=axis, **AXES)
    figure.update_yaxes(range=[0, 1], tickformat=".0%", tickvals=QUARTERS, **AXES)
    return figure
