"""The models in one table: approach, size of the vector, parameters, library; and their time when it is asked for."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.numbers import NOTHING
from vizcore.i18n.pieces import joined
from vizcore.ui.card_text import library_of, quality
from vizcore.ui.panels.features import overview_times
from vizcore.ui.panels.features.overviews import Overviews
from vizcore.ui.tables import number_columns
from vizcore.zoo.cards import ModelCard

OTHER = N_("Other")
APPROACHES = {
    "cnn": N_("Convolutions: local filters, the same everywhere"),
    "vit": N_("Attention: every patch looks at every patch"),
    "swin": N_("Attention inside shifted windows"),
}


def rows(looked: Overviews) -> list[dict[str, str | float]]:
    """One row for each model that answered."""
    table: list[dict[str, str | float]] = []
    for card in looked.cards:
        answers = looked.of_card(card)
        if not answers:
            continue
        found = answers[0][1]
        table.append(
            {
                _("Model"): card.title,
                _("Quality"): _quality(card),
                _("Vector"): found.embedding.dimension,
                _("Classes"): len(found.classification.labels) if found.classification else 0,
                _("Parameters (M)"): card.parameters_m,
                _("Approach"): _(APPROACHES.get(card.family, OTHER)),
                _("Library"): library_of(card),
            }
        )
    return table


def show(looked: Overviews) -> None:
    """The table, and under it how long a photo takes, measured when it is asked for."""
    st.header(_("The models in one table"), anchor=False)
    if not looked.everything():
        return
    numbers = number_columns(_("Vector"), _("Classes"), _("Parameters (M)"))
    st.dataframe(rows(looked), hide_index=True, placeholder=NOTHING, width="stretch", column_config=numbers)
    overview_times.show(looked)


def _quality(card: ModelCard) -> str:
    return joined([quality(each) for each in card.measured[:2]])
