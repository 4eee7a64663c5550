"""How does a class's probability fall and rise while the photo is hidden or shown by a map?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vizcore.figures.theme import CLASS_COLOURS, MUTED_INK

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.features.faithfulness import FaithfulnessTable

HEIGHT = 320


def faithfulness_curves(
    table: FaithfulnessTable, kind: str, names: dict[str, str], *, axis: str, dark: bool = False
) -> go.Figure:
    """One line for each method and a dotted one for the random map. kind: "deletion" or "insertion".

    Both axes are the same for every model and method. names: what each method is called;
    axis: the words under the horizontal axis (share of the photo).
    """
    import plotly.graph_objects as go

    if kind not in ("deletion", "insertion"):
        raise ValueError(f"expected deletion or insertion, got {kind}")
    figure = go.Figure()
    for place, row in enumerate((*table.rows, table.reference)):
        random = row is table.reference
        figure.add_scatter(
            x=100 * table.fractions,
            y=100 * getattr(row, kind).probabilities,
            name=names[row.method],
            mode="lines",
            line={
                "color": MUTED_INK.on(dark=dark) if random else CLASS_COLOURS[place % len(CLASS_COLOURS)],
                "dash": "dot" if random else "solid",
            },
            hovertemplate="%{x:.0f} %: %{y:.1f} %<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 0, "r": 8, "t": 8, "b": 24},
        legend={"orientation": "h", "y": -0.35, "yanchor": "top"},
        xaxis={"title": axis, "ticksuffix": " %", "fixedrange": True, "range": [0, 100]},
        yaxis={"ticksuffix": " %", "range": [-2, 102], "fixedrange": True, "automargin": True},
    )
    return figure
