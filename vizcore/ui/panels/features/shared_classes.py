"""Models with different classes side by side: what all of them know, what is left out, and cat or dog by one rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.results import Classification
from vizcore.ui import url_state
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.features.overviews import Overviews
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vizcore.features.common_classes import Restricted

WORTH_SAYING = 0.3  # share of an answer that lies on cats and dogs


@dataclass(frozen=True, eq=False)
class Shared:
    """places: by model, of the classes that all know; names: what they are called. sizes: how many each model knows."""

    places: dict[str, NDArray[np.int64]]
    names: tuple[str, ...]
    sizes: dict[str, int]

    def restricted(self, card: ModelCard, answer: Classification) -> Restricted:
        """The model's answer, shared out among these classes alone."""
        from vizcore.features.common_classes import restricted

        return restricted(answer, self.places[card.key], self.names)


def shared_by(looked: Overviews) -> Shared | None:
    """What the models with classes have in common; None where they know the same, nothing together, or the visitor
    wants each one's own classes."""
    from vizcore.features.common_classes import common_classes

    labels = {card.key: found[0][1].classification.labels for card in looked.cards
              if (found := looked.of_card(card)) and found[0][1].classification}  # fmt: skip
    if len(set(labels.values())) < 2:
        return None
    places = dict(zip(labels, common_classes(list(labels.values())), strict=True))
    count = len(next(iter(places.values())))
    if not count:
        return None
    words = _("Bars: only the classes that all know ({n})").format(n=number(count, 0))
    if not st.toggle(words, value=True, **url_state.bound("features.common")):
        return None
    fewest = min(labels, key=lambda key: len(labels[key]))
    names = tuple(labels[fewest][place] for place in places[fewest].tolist())
    return Shared(places, names, {key: len(each) for key, each in labels.items()})


def say_left_out(mine: Restricted) -> None:
    """Under the bars: how much of the answer they share out, and the best of what they leave out."""
    if mine.outside is None:
        return
    label, probability = mine.outside
    st.caption(
        _("{kept} of its answer, shared out anew; left out: {label} {share} and others.").format(
            kept=percent(mine.kept, 0), label=escaped(short_label(label)), share=percent(probability, 0)
        )
    )


def say_cat_or_dog(answer: Classification) -> None:
    """One line where the answer is about cats or dogs."""
    from vizcore.features.cat_or_dog import cat_or_dog

    found = cat_or_dog(answer)
    if found is None or found.share < WORTH_SAYING:
        return
    words = {"cat": _("a cat"), "dog": _("a dog")}
    st.caption(
        _(
            "Cat or dog? **{verdict}**: on average {cat} for a class of cats (classes: {cats}), {dog} for one of dogs"
            " (classes: {dogs})."
        ).format(
            verdict=words[found.verdict], cat=percent(found.cat, 1), cats=found.cats, dog=percent(found.dog, 2),
            dogs=found.dogs,
        )
    )  # fmt: skip


def show_rule(looked: Overviews, shared: Shared) -> None:
    """How the classes relate, with each model's own numbers for the first photo."""
    with derivation(_("Classes that all know: {n}").format(n=number(len(shared.names), 0))):
        st.markdown(
            _(
                "Two labels are one class where they share a synonym. Each answer is divided by what the model gave to"
                " these classes together, so that the bars of every model sum to 100%:"
            )
        )
        latex(r"p'(c) = \frac{p(c)}{\sum_{k \in \text{C}} p(k)}")
        for card in looked.cards:
            answers = looked.of_card(card)
            if card.key not in shared.places or not answers or answers[0][1].classification is None:
                continue
            mine = shared.restricted(card, answers[0][1].classification)
            _row, label, share = mine.top(1)[0]
            st.markdown(
                _("{model} (classes: {count}), {label}: {own} / {kept} = {share}").format(
                    model=coloured_title(card), count=number(shared.sizes[card.key], 0),
                    label=escaped(short_label(label)), own=percent(share * mine.kept, 1), kept=percent(mine.kept, 1),
                    share=percent(share, 1),
                )
            )  # fmt: skip
        st.caption(
            _(
                "A model that was trained on other pictures, more of them or larger ones answers better for that reason"
                " too: this compares models, not families."
            )
        )
