"""At a glance: what does each model answer, where does it look, and which vector does it keep?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.photo import Photo
from vizcore.ui.panels.features import classes, comparison, likeness, record, vectors
from vizcore.ui.panels.features.choices import choose_strength
from vizcore.ui.panels.features.overviews import gather_overviews
from vizcore.zoo.cards import ModelCard


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """The evidence and best classes of each model, the vectors, their likeness, one table, and the record."""
    words, tuning = st.columns([2, 1], vertical_alignment="center")
    with tuning:
        strength = choose_strength()
    looked = gather_overviews(photos, cards)
    if looked.looks:
        with words:
            classes.show_verdicts(looked)
        classes.show(looked, strength=strength)
        vectors.show(looked)
        likeness.show(looked)
        comparison.show(looked)
        record.show(looked, strength=strength)
