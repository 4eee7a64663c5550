"""The examples behind a number: their pictures where there are any, else their names and scores."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number, ratio
from vizcore.metrics.classification.dataset import IntArray
from vizcore.pictures import thumbnail_jpeg
from vizcore.ui.markdown_escape import escaped_for_column, visible
from vizcore.ui.panels.classification_metrics.page_state import PageState, class_words
from vizcore.ui.tables import show_table

MOST = 9
WIDTH = 118


def show_examples(state: PageState, rows: IntArray, column: int) -> None:
    """The first of these examples in their order, each with its score of the class."""
    if not len(rows):
        st.caption(_("No example is in this cell."))
        return
    shown = [int(row) for row in rows[:MOST]]
    if state.photos:
        _show_pictures(state, shown, column)
    else:
        labels = np.array(class_words(state.data), dtype=object)
        show_table(
            [
                {
                    _("Example"): visible(state.example(row)),
                    _("Score"): ratio(float(state.data.scores[row, column])),
                    _("Truth"): ", ".join(labels[state.data.truth[row]]) or _("none"),
                }
                for row in shown[:5]
            ]
        )
    if len(rows) > len(shown[: MOST if state.photos else 5]):
        st.caption(
            _("The surest {n} of {total} are shown.").format(
                n=len(shown[: MOST if state.photos else 5]), total=number(len(rows), 0)
            )
        )


def _show_pictures(state: PageState, rows: list[int], column: int) -> None:
    with st.container(horizontal=True, gap="small"):
        for row in rows:
            words = f"{ratio(float(state.data.scores[row, column]), 2)} · {state.example(row)}"
            with st.container(width=WIDTH, gap="xsmall"):
                st.image(thumbnail_jpeg(state.photos[row], 2 * WIDTH), width="stretch", alt=visible(words, longest=90))
                st.markdown(f":small[{escaped_for_column(words, longest=34)}]")
