"""A feature vector as a strip of coloured cells, and two of them as their products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vizcore.figures.theme import DIVERGING_SCALE, family_accent
from vizcore.results import Embedding
from vizcore.zoo.cards import Family

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.similarity.cosine import CosineWorking

STRIP_COLUMNS = 64


def vector_strip(embedding: Embedding) -> go.Figure:
    """All D numbers as cells, row by row, 64 a row; colour from the most negative to the most positive."""
    import plotly.graph_objects as go

    columns = min(STRIP_COLUMNS, embedding.dimension)
    rows = -(-embedding.dimension // columns)
    cells = np.full(rows * columns, np.nan, dtype=np.float32)
    cells[: embedding.dimension] = embedding.vector
    limit = float(np.abs(embedding.vector).max()) or 1.0
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
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, autorange="reversed")
    figure.update_layout(height=max(90, 14 * rows + 30), margin={"l": 0, "r": 0, "t": 4, "b": 4})
    return figure


def cosine_shares(working: CosineWorking, family: Family, count: int = 12, *, dark: bool = False) -> go.Figure:
    """The dimensions that add or take most of the cosine, largest first."""
    import plotly.graph_objects as go

    strongest = working.strongest(count)
    bar = go.Bar(
        x=[str(index) for index, _ in strongest],
        y=[share for _, share in strongest],
        marker_color=family_accent(family, dark=dark),
        hovertemplate="[%{x}] %{y:+.4f}<extra></extra>",
    )
    figure = go.Figure(bar)
    figure.update_layout(height=180, margin={"l": 0, "r": 0, "t": 4, "b": 24}, xaxis={"type": "category"})
    return figure
