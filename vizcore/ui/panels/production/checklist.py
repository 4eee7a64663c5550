"""The checklist from a proof of concept to production, pre-filled by what the app can verify."""

from __future__ import annotations

from typing import cast

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.i18n.pieces import named
from vizcore.monitoring.checklist import ITEMS, SECTIONS, Mark, as_markdown, prefilled, scores
from vizcore.ui import choices, downloads
from vizcore.ui.headings import coloured_title
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

MARKS: dict[Mark, str] = {"no": N_("not yet"), "manual": N_("by hand"), "automatic": N_("automatic")}


def show(card: ModelCard, bar: Toolbar) -> None:
    """The scores on top, the questions by section, and the document."""
    known = prefilled(card)
    place = st.container()
    marks: dict[str, Mark] = {}
    columns = st.columns(2)
    for number_of, (section, title) in enumerate(SECTIONS.items()):
        with columns[number_of % 2]:
            st.markdown(f"#### {_(title)}")
            for key, item in ITEMS.items():
                if item.section == section:
                    marks[key] = _ask(card, key, known[key])
    found = scores(marks)
    with place:
        st.markdown(
            _("{model}: **{final} of 5**, the lowest section's points. A chain breaks at its weakest link.").format(
                model=coloured_title(card), final=number(found["final"], 1)
            )
        )
        show_metrics([Cell(_(title), number(found[section], 1)) for section, title in SECTIONS.items()])
        downloads.download_made(
            lambda: as_markdown(card, marks, _, number, named).encode(),
            name=f"checklist-{card.key}.md",
            mime="text/markdown",
            key="production.checklist.md",
            label=_("Checklist (Markdown)"),
        )
    st.caption(
        _(
            "Scored in the manner of the ML Test Score (Breck et al. 2017): half a point for what was done by hand and "
            "written down, one for what runs by itself. The questions are ours, shorter than the paper's 28. Marked in "
            "advance: what this app can verify about the model."
        )
    )


def _ask(card: ModelCard, key: str, known: Mark) -> Mark:
    texts: dict[str, str] = {mark: _(title) for mark, title in MARKS.items()}
    chosen = choices.choose_one(_(ITEMS[key].question), texts, key=f"production.mark.{card.key}.{key}", default=known)
    return cast(Mark, chosen)
