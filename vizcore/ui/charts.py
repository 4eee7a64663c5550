"""A chart on a page: without Plotly's tool bar, its axes' numbers as the visitor's language writes them."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import streamlit as st

from vizcore.i18n.numbers import percent, percent_sign, separators

PLAIN = {"displayModeBar": False}
LONGEST_LINE = 34  # letters of a line of a title below an axis
LINE_PX, USUAL_HEIGHT = 28, 450  # of a line and of a chart, in pixels


def show_chart(figure: Any, *, key: str, config: dict[str, Any] | None = None, **options: Any) -> Any:
    """A Plotly figure. options: as for `st.plotly_chart`; alt, its text for screen readers. What was selected comes
    back where `on_select` asks for it."""
    figure.update_layout(separators=separators())
    figure.for_each_xaxis(_write_percentages)
    _wrap_titles(figure)
    figure.for_each_yaxis(_write_percentages)
    figure.for_each_trace(lambda heat: _write_percentages(heat.colorbar), selector={"type": "heatmap"})
    return st.plotly_chart(figure, key=key, config=config or PLAIN, **options)


def _wrap_titles(figure: Any) -> None:
    """Long titles below axes in lines that a telephone has room for; a legend below them makes way."""
    more = 0
    for axis in figure.select_xaxes():
        title = axis.title.text or ""
        lines = wrap(title, LONGEST_LINE)
        if len(lines) > 1 and "<br>" not in title:
            axis.title.text, axis.automargin = "<br>".join(lines), True
            more = max(more, len(lines) - 1)
    legend = figure.layout.legend
    if more and legend.y is not None and legend.y < 0:
        legend.y -= more * LINE_PX / (figure.layout.height or USUAL_HEIGHT)


def _write_percentages(axis: Any) -> None:
    """Percent signs as the language sets them: "50%", in French "50 %"."""
    if (axis.ticksuffix or "").strip() == "%":
        axis.ticksuffix = percent_sign()
    if axis.tickformat == ".0%" and axis.tickvals is not None:
        axis.ticktext = [percent(float(value), 0) for value in axis.tickvals]
