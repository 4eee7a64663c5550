"""A feature vector as a strip of coloured cells, and two of them as their products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import DIVERGING_SCALE, family_accent
from vizcore.results import Embedding
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.similarity.cosine import CosineWorking

STRIP_COLUMNS = 64
CELL_PX, LEAST_ROWS = 14, 4  # height of a row, and rows that the scale of colours needs at least
SCALE_PX = 52  # right of a strip, for the scale of colours, so that strips side by side are as wide
SHARES_PX = 56  # left of the bars, for the numbers of their axis


def vector_strip(embedding: Embedding, *, limit: float = 0.0) -> go.Figure:
    """All D numbers as cells, row by row, 64 a row; colour from the most negative to the most positive.

    Cells are as high in every strip. limit: the number of the strongest colour, for vectors that are compared; 0: this
    vector's largest.
    """
    import plotly.graph_objects as go

    columns = min(STRIP_COLUMNS, embedding.dimension)
    rows = -(-embedding.dimension // columns)
    cells = np.full(rows * columns, np.nan, dtype=np.float32)
    cells[: embedding.dimension] = embedding.vector
    limit = limit or float(np.abs(embedding.vector).max()) or 1.0
    heat = go.Heatmap(
        z=cells.reshape(rows, columns),
        customdata=np.arange(rows * columns).reshape(rows, columns),
        hovertemplate="[%{customdata}] = %{z:.4f}<extra></extra>",
        colorscale=DIVERGING_SCALE,
        zmin=-limit,
        zmax=limit,
        colorbar={"thickness": 8, "tickvals": [-limit, 0, limit], "tickformat": ".1f"},
    )
    figure = go.Figure(heat)
    room = max(rows, LEAST_ROWS)
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, range=[room - 0.5, -0.5])
    figure.update_layout(height=CELL_PX * room + 8, margin={"l": 0, "r": SCALE_PX, "t": 4, "b": 4})
    return figure


def shares_span(workings: Sequence[CosineWorking], count: int = 12) -> tuple[float, float]:
    """The ends of an axis on which the strongest shares of all these cosines fit, with 0 on it."""
    shares = [0.0, *(share for each in workings for _, share in each.strongest(count))]
    low, high = min(shares), max(shares)
    margin = 0.05 * (high - low) or 0.01
    return (low - margin if low < 0 else 0.0), high + margin


def cosine_shares(
    working: CosineWorking, family: Family, count: int = 12, *, span: tuple[float, float], dark: bool = False
) -> go.Figure:
    """The dimensions that add or take most of the cosine, largest first. span: of the axis, as `shares_span` has it
    for all models that stand side by side."""
    import plotly.graph_objects as go

    strongest = working.strongest(count)
    bar = go.Bar(
        x=[str(index) for index, _ in strongest],
        y=[share for _, share in strongest],
        marker_color=family_accent(family, dark=dark),
        hovertemplate="[%{x}] %{y:+.4f}<extra></extra>",
    )
    figure = go.Figure(bar)
    figure.update_layout(height=180, margin={"l": SHARES_PX, "r": 0, "t": 4, "b": 24}, xaxis={"type": "category"})
    figure.update_yaxes(range=list(span), automargin=False)
    return figure
