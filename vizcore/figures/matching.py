"""Which query was given to which object, and why? The costs as coloured cells with the assignment marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.bars import short_label
from vizcore.figures.theme import BAR_HEIGHT, COST_TERM_COLOURS, HEAT_STOPS, PAPER, PRIMARY
from vizcore.i18n import _
from vizcore.i18n.numbers import decimal, number
from vizcore.results import FloatArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.detection.matching import Matching

Cost = Literal["total", "class", "l1", "giou"]
COSTS: tuple[Cost, ...] = ("total", "class", "l1", "giou")
MOST_QUERIES = 30
MOST_NUMBERS = 300  # cells with their number written in; more would be too small to read


def cost_heatmap(
    matching: Matching, truth_names: Sequence[str], cost: Cost = "total", *, queries: int = MOST_QUERIES
) -> go.Figure:
    """Queries down, true boxes across; bright cells cost little, the assigned ones have a frame.

    Shown are the assigned queries in the order of their boxes, then the cheapest others, `queries` in all (never fewer
    than are assigned). "total" is the weighted sum that the assignment minimises, the others its terms before their
    weights.
    """
    import plotly.graph_objects as go

    rows = shown_queries(matching, queries)
    values = _values(matching)
    z = values[cost][rows]
    written = z.size <= MOST_NUMBERS
    words = _("Query {query}, {truth}").format(query="%{customdata[4]:d}", truth="%{x}")
    lines = [f"{name} %{{customdata[{place}]:.3f}}" for place, name in enumerate(cost_names().values())]
    heat = go.Heatmap(
        z=z,
        customdata=np.stack(
            [*(values[each][rows] for each in COSTS), np.broadcast_to(rows[:, None], z.shape)], axis=-1
        ),
        colorscale=[
            [place, colour] for place, colour in zip(np.linspace(0, 1, len(HEAT_STOPS)), HEAT_STOPS[::-1], strict=True)
        ],
        hovertemplate="<br>".join([words, *lines]) + "<extra></extra>",
        text=[[decimal(each, 2) for each in line] for line in z.tolist()] if written else None,
        texttemplate="%{text}" if written else None,
        colorbar={"thickness": 10},
        xgap=1,
        ygap=1,
    )
    figure = go.Figure(heat)
    figure.update_xaxes(**_ticks(_numbered(truth_names)), side="top")
    figure.update_yaxes(**_ticks([str(row) for row in rows]), autorange="reversed", title=_("Query"))
    figure.update_layout(
        height=BAR_HEIGHT * max(3, len(rows)) * 4 // 5 + 80,
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        shapes=_frames(matching, rows),
    )
    return figure


def pair_bars(matching: Matching, truth_names: Sequence[str]) -> go.Figure:
    """For each true box the three weighted costs of the query that it was given, stacked; a box may be without."""
    import plotly.graph_objects as go

    weights: dict[Cost, float] = {
        "class": matching.settings.class_weight,
        "l1": matching.settings.l1_weight,
        "giou": matching.settings.giou_weight,
    }
    values, names = _values(matching), cost_names()
    boxes = _numbered(truth_names)
    figure = go.Figure()
    for term, weight in weights.items():
        costs = weight * values[term][matching.query_ids, matching.truth_ids]
        figure.add_bar(
            x=costs,
            y=[boxes[truth] for truth in matching.truth_ids],
            name=f"{number(weight, 2)} × {names[term]}",
            orientation="h",
            marker_color=COST_TERM_COLOURS[term],
            hovertemplate="%{x:.3f}",
        )
    figure.update_layout(
        barmode="relative",
        height=BAR_HEIGHT * max(1, len(boxes)) + 90,
        margin={"l": 0, "r": 8, "t": 4, "b": 24},
        yaxis={"categoryorder": "array", "categoryarray": boxes[::-1], "automargin": True, "fixedrange": True},
        xaxis={"fixedrange": True, "zeroline": True},
        legend={"orientation": "h", "y": -0.2, "yanchor": "top"},
    )
    return figure


def cost_names() -> dict[Cost, str]:
    """The costs in words, by key."""
    return {"total": _("Total cost"), "class": _("Class cost"), "l1": _("L1 distance"), "giou": "−GIoU"}


def shown_queries(matching: Matching, count: int = MOST_QUERIES) -> NDArray[np.int64]:
    """The assigned queries in the order of their true boxes, then the others by their smallest cost."""
    assigned = matching.query_ids[np.argsort(matching.truth_ids, kind="stable")].astype(np.int64)
    cheapest = matching.cost.min(axis=1, initial=np.inf)
    others = np.setdiff1d(np.argsort(cheapest, kind="stable"), assigned)
    by_cost = others[np.argsort(cheapest[others], kind="stable")]
    return np.concatenate([assigned, by_cost[: max(0, count - len(assigned))]])


def _values(matching: Matching) -> dict[Cost, FloatArray]:
    return {
        "total": matching.cost,
        "class": matching.class_cost,
        "l1": matching.l1_cost,
        "giou": matching.giou_cost,
    }


def _numbered(names: Sequence[str]) -> list[str]:
    """ "1 · cat": two boxes of one class have different names."""
    return [f"{place} · {short_label(name)}" for place, name in enumerate(names, 1)]


def _ticks(words: Sequence[str]) -> dict[str, Any]:
    return {"tickvals": list(range(len(words))), "ticktext": list(words), "showgrid": False, "zeroline": False}


def _frames(matching: Matching, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Around each assigned cell a light line and a coloured one in it: one of them shows on any cell."""
    place_of = {int(query): place for place, query in enumerate(rows)}
    pairs = zip(matching.query_ids.tolist(), matching.truth_ids.tolist(), strict=True)
    return [
        {
            "type": "rect",
            "x0": truth - 0.46,
            "x1": truth + 0.46,
            "y0": place_of[query] - 0.42,
            "y1": place_of[query] + 0.42,
            "line": {"color": colour, "width": width},
        }
        for query, truth in pairs
        for colour, width in ((PAPER.light, 6), (PRIMARY.light, 3))
    ]
