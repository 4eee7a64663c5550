"""Side by side: the vector that stands for the photo inside each model."""

from __future__ import annotations

import streamlit as st

from vizcore.figures.vectors import vector_strip
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.features.overviews import Overviews
from vizcore.ui.photo_names import photo_name


def show(looked: Overviews) -> None:
    """For each model: length and norm of the vector, then its numbers as cells, for each photo."""
    st.header(_("Feature vectors"), anchor=False)
    st.markdown(
        _("Before its last layer, each model has turned the photo into one vector. Everything it knows is in there.")
    )
    for column, card in zip(aligned_columns(len(looked.cards), "features.vectors"), looked.cards, strict=True):
        with column:
            model_heading(card)
            answers = looked.of_card(card)
            if not answers:
                continue
            st.metric(_("Numbers before the head"), number(answers[0][1].embedding.dimension, 0))
            limit = max(float(abs(found.embedding.vector).max()) for _photo, found in answers)
            for photo, found in answers:
                vector = found.embedding
                name = escaped(photo_name(photo))
                st.markdown(_("{name}: norm {norm}").format(name=name, norm=number(vector.norm, 2)))
                show_chart(
                    vector_strip(vector, limit=limit),
                    key=f"features.vector.{card.key}.{photo.sha256}",
                    alt=_("The vector of {name} as coloured cells").format(name=visible(photo_name(photo))),
                )
            st.caption(
                _("Read from: {layer}").format(
                    layer=_(card.embedding) if card.embedding else _("the input of the last layer")
                )
            )
            _show_shapes(looked, card_key=card.key)


def _show_shapes(looked: Overviews, *, card_key: str) -> None:
    found = next((answer for (_sha, key), answer in looked.looks.items() if key == card_key), None)
    if found is None:
        return
    with derivation():
        vector = found.embedding
        total = rf"\sqrt{{\sum_{{i=1}}^{{{vector.dimension}}} v_i^2}}"
        norm = rf"\lVert v \rVert = {total} = {vector.norm:.4f}"
        latex(norm)
        if found.classification is not None:
            st.markdown(
                _("The head turns these {before} numbers into {after}, one for each class.").format(
                    before=vector.dimension, after=len(found.classification.labels)
                )
            )
