"""How does the character error rate fall with each normalisation step?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vizcore.figures.theme import CLASS_COLOURS, LINE_WIDTH

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 300
DASHES = ("solid", "dash", "dot", "dashdot")


def ladder_figure(
    rungs: Mapping[str, Sequence[tuple[str, float | None, float | None]]],
    names: Mapping[str, str],
    *,
    dark: bool = False,
) -> go.Figure:
    """rungs: by engine, (step, CER, WER) in order; names: of the steps, for people. A rate of None leaves a gap."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for place, (engine, steps) in enumerate(rungs.items()):
        figure.add_scatter(
            x=[names[step] for step, _cer, _wer in steps], y=[cer for _step, cer, _wer in steps], name=engine,
            mode="lines+markers", marker={"size": 9},
            line={"shape": "hv", "width": LINE_WIDTH, "color": CLASS_COLOURS[(4, 5)[place % 2]],
                  "dash": DASHES[place % len(DASHES)]},
        )  # fmt: skip
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 0},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"type": "category", "fixedrange": True},
        yaxis={"title": "CER", "rangemode": "tozero", "fixedrange": True, "automargin": True},
    )
    return figure
