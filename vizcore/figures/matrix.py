"""Cosines of all pairs of a gallery as coloured cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import HEAT_STOPS
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 440
MOST_TICKS = 30  # names are written at the edge up to so many pictures


def similarity_heatmap(matrix: FloatArray, names: Sequence[str], *, lowest: float = -1.0) -> go.Figure:
    """matrix (n, n), the first picture in the upper left corner; colours from `lowest` to 1, so that models compare.

    names: one for each picture, each different.
    """
    import plotly.graph_objects as go

    shown = [name.replace("<", "&lt;") for name in names]
    stops = [[place, colour] for place, colour in zip(np.linspace(0, 1, len(HEAT_STOPS)), HEAT_STOPS, strict=True)]
    heat = go.Heatmap(
        z=matrix.astype(np.float32),
        x=shown,
        y=shown,
        hovertemplate="%{y}<br>%{x}<br>%{z:.3f}<extra></extra>",
        colorscale=stops,
        zmin=min(lowest, 0.999),
        zmax=1.0,
        colorbar={"thickness": 10},
    )
    few = len(names) <= MOST_TICKS
    figure = go.Figure(heat)
    figure.update_xaxes(type="category", showticklabels=few, tickangle=-60, ticks="", showgrid=False)
    figure.update_yaxes(type="category", showticklabels=few, autorange="reversed", ticks="", showgrid=False)
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 0, "t": 4, "b": 4})
    return figure
