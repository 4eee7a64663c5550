"""Side by side: how alike two photos are to each model, with the working."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.vectors import cosine_shares, shares_span
from vizcore.i18n import _
from vizcore.i18n.numbers import decimal
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.headings import model_heading
from vizcore.ui.panels.features.overviews import Overviews
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.similarity.cosine import CosineWorking


def show(looked: Overviews) -> None:
    """The cosine of the two photos' vectors for each model; a hint as long as there is one photo."""
    st.header(_("How alike are the two photos?"), anchor=False)
    if len(looked.photos) < 2:
        st.info(_("Choose a second photo above to compare the two."))
        return
    from vizcore.similarity.cosine import cosine

    found = {
        card.key: cosine(answers[0][1].embedding, answers[1][1].embedding)
        for card in looked.cards
        if len(answers := looked.of_card(card)) == 2
    }
    span = shares_span(list(found.values()))
    for column, card in zip(aligned_columns(len(looked.cards), "features.likeness"), looked.cards, strict=True):
        if card.key in found:
            with column:
                _show_cosine(card, found[card.key], span)
    st.caption(
        _(
            "Compare the order of photos, not the numbers, between models: each has its own geometry, "
            "and 0.7 can be much for one and little for another."
        )
    )


def _show_cosine(card: ModelCard, found: CosineWorking, span: tuple[float, float]) -> None:
    model_heading(card)
    st.metric(_("Cosine similarity"), decimal(found.cosine, 3))
    with derivation():
        latex(r"\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert}")
        latex(rf"= \frac{{{found.dot:.4f}}}{{{found.norm_a:.4f} \times {found.norm_b:.4f}}} = {found.cosine:.4f}")
        show_chart(
            cosine_shares(found, card.family, span=span, dark=dark_now()),
            key=f"features.shares.{card.key}",
            alt=_("The dimensions that add most to the cosine"),
        )
        st.caption(
            _("The twelve dimensions that add or take most; all {count} add up to the cosine.").format(
                count=len(found.products)
            )
        )
