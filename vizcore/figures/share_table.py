"""Shares in a table of colours: models by corruptions, makers by judges."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import HEAT_STOPS

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.results import FloatArray

ROW_HEIGHT, TWO_LINES_HEIGHT = 30, 38  # pixels
LONGEST_LINE = 28  # letters of a row's name in one line: what a telephone has room for beside the cells


def share_table(
    shares: FloatArray,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    row_title: str = "",
    column_title: str = "",
    row_height: int = ROW_HEIGHT,
) -> go.Figure:
    """shares (rows, columns) in [0, 1] on one scale from 0 to 100 %; NaN is left empty."""
    import plotly.graph_objects as go

    percent = 100 * np.asarray(shares, dtype=np.float64)
    cells = [["" if np.isnan(value) else f"{value:.0f}" for value in line] for line in percent]
    heat = go.Heatmap(
        z=[[None if np.isnan(value) else float(value) for value in line] for line in percent],
        x=list(columns),
        y=list(rows),
        text=cells,
        texttemplate="%{text}",
        hovertemplate="%{y}, %{x}: %{z:.1f} %<extra></extra>",
        colorscale=[[place / (len(HEAT_STOPS) - 1), colour] for place, colour in enumerate(HEAT_STOPS)],
        zmin=0,
        zmax=100,
        xgap=2,
        ygap=2,
        colorbar={"thickness": 10, "ticksuffix": " %"},
    )
    figure = go.Figure(heat)
    figure.update_xaxes(side="top", type="category", fixedrange=True, title=column_title or None)
    figure.update_yaxes(
        autorange="reversed", type="category", fixedrange=True, automargin=True, title=row_title or None,
        tickvals=list(range(len(rows))), ticktext=["<br>".join(wrap(row, LONGEST_LINE)) for row in rows],
    )  # fmt: skip
    if any(len(row) > LONGEST_LINE for row in rows):
        row_height = max(row_height, TWO_LINES_HEIGHT)
    figure.update_layout(height=row_height * len(rows) + 90, margin={"l": 0, "r": 0, "t": 8, "b": 8})
    return figure
