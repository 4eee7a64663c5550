"""Which classes does a model know, and which of them do some words mean?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from vizcore.errors import AmbiguousClass, UnknownClass
from vizcore.photo import Photo
from vizcore.ui.engine_call import answer
from vizcore.ui.panels.ideal_cat import run_group
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.labels import find_class

KEY = "ideal_cat.labels"

# Words for a wish, in order: label sets differ, and "cat" alone fits many classes of most.
WORDS = {"cat": ("tabby", "cat"), "dog": ("golden retriever", "dog")}


def labels_of(card: ModelCard) -> tuple[str, ...] | None:
    """The model's labels, asked once a session; None after an error was shown, or as long as a run is under way."""
    known: dict[str, tuple[str, ...]] = st.session_state.setdefault(KEY, {})
    if card.key not in known and not run_group.under_way():
        from vizcore.features.classes import classify

        grey = Photo(np.full((64, 64, 3), 128, dtype=np.uint8), "grey")  # any picture makes a model say its labels
        if found := answer(classify, card, grey):
            known[card.key] = found.labels
    return known.get(card.key)


def class_of(wanted: Sequence[str], labels: Sequence[str], model_key: str) -> int:
    """The class that the first fitting one of these words names.

    A label of another model fits by any name that both share. Errors: UnknownClass, AmbiguousClass (of the last words).
    """
    from vizcore.generation.class_names import same_class

    problem: UnknownClass | AmbiguousClass = UnknownClass(wanted="", model=model_key)
    for words in wanted:
        if (index := same_class(labels, words)) is not None:
            return index
        try:
            return find_class(labels, words, model_key)
        except (UnknownClass, AmbiguousClass) as error:
            problem = error
    raise problem
