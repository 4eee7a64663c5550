"""The classes that a model knows, in its own order. They come with any answer of the model, so one is asked for."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vizcore.photo import Photo
from vizcore.ui.engine_call import answer
from vizcore.zoo.cards import ModelCard

KEY = "class_labels"


def class_labels(card: ModelCard) -> tuple[str, ...]:
    """A classifier's labels, asked once a session; () after an error was shown."""
    known: dict[str, tuple[str, ...]] = st.session_state.setdefault(KEY, {})
    if card.key not in known:
        from vizcore.features.classes import classify

        grey = Photo(np.full((64, 64, 3), 128, dtype=np.uint8), "grey")
        if found := answer(classify, card, grey):
            known[card.key] = found.labels
    return known.get(card.key, ())


def known_class_labels(card: ModelCard) -> tuple[str, ...] | None:
    """The labels if this session has asked for them already; asks nothing."""
    known: dict[str, tuple[str, ...]] = st.session_state.get(KEY, {})
    return known.get(card.key)
