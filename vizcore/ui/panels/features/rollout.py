"""Rollout: what [CLS] draws from each patch when all layers are multiplied, by the visitor's fusion and discard."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.figures.overlay import overlay_heatmap
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.results import Heatmap
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.features.choices import choose_strength
from vizcore.ui.photo_names import photo_name
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.zoo.cards import ModelCard

FUSIONS = {"mean": N_("mean of the heads"), "max": N_("strongest head"), "min": N_("weakest head")}
MOST_DISCARDED = 95


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """One picture for each model with global attention; the choices are in the address."""
    from vizcore.features.attention import RolloutSettings, attention_rollout

    st.header(_("Rollout: all layers together"), anchor=False)
    texts = {key: _(text) for key, text in FUSIONS.items()}
    fusion = choices.choose_one(_("How the heads are combined"), texts, key="features.fusion", default="mean")
    discard = st.slider(
        _("Weakest links cut in each layer (%)"), 0, MOST_DISCARDED, 0, 5, **url_state.bound("features.discard")
    )
    strength = choose_strength()
    settings = RolloutSettings(fusion, discard / 100)  # type: ignore[arg-type]  # one of FUSIONS
    found = []
    with zoomed_together(f"features.rollout.{photo.sha256}"):
        columns = aligned_columns(max(2, len(cards)), "features.rollout")
    for column, card in zip(columns, cards, strict=False):
        with column:
            model_heading(card)
            heatmap = answer(attention_rollout, card, photo, settings)
            if isinstance(heatmap, Heatmap):
                found.append(heatmap)
                _show_rollout(photo, card, heatmap, strength)
    if found:
        downloads.show_exports("features.rollout", found)


def _show_rollout(photo: Photo, card: ModelCard, heatmap: Heatmap, strength: float) -> None:
    alt = _("Attention rollout of {model} over {name}").format(
        model=visible(card.title), name=visible(photo_name(photo))
    )
    st.image(encode_jpeg(overlay_heatmap(photo, heatmap, strength=strength)), width="stretch", alt=alt)
    st.caption(
        _("[CLS] draws {least} to {most} of its content from each patch.").format(
            least=percent(heatmap.floor, 2), most=percent(heatmap.peak, 2)
        )
    )
    with derivation():
        latex(r"\tilde A_l = \tfrac12 \bar A_l + \tfrac12 I \qquad R = \tilde A_L \cdots \tilde A_2 \tilde A_1")
        st.markdown(
            _(
                "After heads became one and weak links were cut, each row of a layer is divided by its sum, so that it "
                "adds up to 1 again; products of such matrices keep that. A row's strongest link is never cut."
            )
        )
