"""Cosines of all pairs of a gallery as coloured cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import HEAT_STOPS
from vizcore.i18n.class_names import class_name
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

HEIGHT = 440
MOST_TICKS = 30  # names of pictures, or else of their classes, are written at the edge up to so many


def similarity_heatmap(
    matrix: FloatArray, names: Sequence[str], *, lowest: float = -1.0, labels: Sequence[str] = ()
) -> go.Figure:
    """matrix (n, n), the first picture in the upper left corner; colours from `lowest` to 1, so that models compare.

    names: one for each picture, each different. labels: their classes, written where there are too many names.
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
    groups = [] if few else _groups(labels)
    if 0 < len(groups) <= MOST_TICKS:  # at the left alone: below, they would cross on a phone
        rows = [shown[middle] for _label, middle in groups]
        figure.update_yaxes(showticklabels=True, tickvals=rows, ticktext=[label for label, _middle in groups])
    figure.update_layout(height=HEIGHT, margin={"l": 0, "r": 0, "t": 4, "b": 4})
    return figure


def _groups(labels: Sequence[str]) -> list[tuple[str, int]]:
    """(class in words, row in its middle) of each run of pictures of one class; pictures without one have no words."""
    found, first = [], 0
    for label, run in groupby(labels):
        count = len(list(run))
        if label:
            found.append((class_name(label).replace("<", "&lt;"), first + (count - 1) // 2))
        first += count
    return found
