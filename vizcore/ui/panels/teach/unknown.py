"""Section: when should it say "none of these"? A threshold, chosen on photos kept back, with its cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.teach import certainty_histogram
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.learning.heads import softmax
from vizcore.learning.probe import head_of
from vizcore.learning.starts import other_vectors
from vizcore.learning.unknown import Threshold, choose_threshold, every_other, judge_threshold
from vizcore.results import FloatArray
from vizcore.ui.charts import show_chart
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.teach.page_state import KEY, Source
from vizcore.ui.panels.teach.probes import Row, probe
from vizcore.ui.panels.teach.vectors import vectors_of
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard


@dataclass(frozen=True, eq=False)
class Judged:
    """The threshold, what it costs, and the surest probabilities behind it; chosen_on: strangers that chose it."""

    threshold: Threshold
    known: FloatArray
    strange: FloatArray
    chosen_on: int


def show(source: Source, cards: Sequence[ModelCard]) -> None:
    """For the linear probe of the first model."""
    card = cards[0]
    vectors = vectors_of(source, card)
    taught = None if vectors is None else probe(source, card, vectors, "linear")
    if taught is None:
        return
    found = judged(Row(card, taught, vectors))
    if found is None:
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        words = _("How sure it is of its best class")
        st.markdown(f"**{words}**")
        figure = certainty_histogram(found.known, found.strange, found.threshold.value, dark=dark_now())
        show_chart(figure, key=f"{KEY}.certainty", alt=words)
    with right:
        _show_cost(found.threshold)
    _show_choice(found, len(taught.validation_truth))
    st.caption(
        _("Strangers: {what}.").format(what=_strangers(card))
        + " "
        + _("n = {n}").format(n=number(len(found.strange), 0))
    )


def _show_cost(kept: Threshold) -> None:
    """The threshold, whom it refuses, and whom it still answers, with intervals."""
    show_metrics(
        [
            Cell(_("Threshold"), percent(kept.value, 1)),
            Cell(
                _("Strangers refused"),
                f"{kept.strange_refused} / {kept.strange}",
                _("Photos of other things for which it now says that it is none of these."),
                _between(kept.refused_interval),
            ),
            Cell(
                _("Known still answered"),
                f"{kept.known_kept} / {kept.known}",
                _("Test photos of the classes themselves; the others are the cost of the threshold."),
                _between(kept.kept_interval),
            ),
            Cell(_("Of those, right"), f"{kept.known_right} / {kept.known_kept}"),
        ],
        width=170,
    )


def _between(interval: tuple[float, float]) -> str:
    return "{} – {}".format(*(percent(each, 0) for each in interval))


def _show_choice(found: Judged, validated: int) -> None:
    sure = percent(float(found.strange.mean()), 0)
    if not validated:
        st.caption(
            _(
                "There are no validation photos, so no threshold could be chosen and nothing is refused: photos of"
                " other things are answered too, with {sure} on average. A class of three photos or more, taken at"
                " different moments, gives some to the validation."
            ).format(sure=sure)
        )
        return
    st.caption(
        _(
            "Chosen where the share of known photos kept and the share of strangers refused are highest together, on"
            " {known} for validation and {strange} of other things; judged on photos that took no part in that."
            " Without a threshold, photos of other things are answered too, with {sure} on average."
        ).format(
            known=counted("photo", validated),
            strange=counted("photo", found.chosen_on),
            sure=sure,
        )
    )


def judged(row: Row) -> Judged | None:
    """Half of the strangers choose, the other half judges, all views of one scene together; None after an error was
    shown."""
    strange = strangers(row.card)
    if strange is None:
        return None
    vectors, scenes = strange
    shares = softmax(head_of(row.taught).logits(vectors))
    judging = every_other(scenes)
    choose, judge = shares[~judging], shares[judging]
    value = choose_threshold(row.taught.validation_probabilities, choose)
    threshold = judge_threshold(value, row.taught.probabilities, row.taught.truth, judge)
    return Judged(threshold, row.taught.probabilities.max(axis=1), judge.max(axis=1), len(choose))


def threshold_of(row: Row) -> float:
    """The probability under which it says that it is none of these; 0 for a method without such a threshold."""
    found = judged(row) if row.taught.method == "linear" else None
    return found.threshold.value if found else 0.0


def strangers(card: ModelCard) -> tuple[FloatArray, NDArray[np.str_]] | None:
    """Vectors (n, D) of photos of other things, and the scene of each (n,); None after an error was shown.

    Those that ship for EfficientNet-Lite0, else the built-in samples' views.
    """
    if card.key == "efficientnet-lite0":
        vectors = other_vectors()
        return vectors, np.array([f"{place:04}" for place in range(len(vectors))])
    from vizcore.similarity.builtin import builtin_gallery
    from vizcore.similarity.many import ManySettings, embed_photos
    from vizcore.ui.engine_call import answer

    gallery = builtin_gallery()
    found = answer(embed_photos, card, gallery.photos, ManySettings())
    if found is None:
        return None
    return cast(FloatArray, np.asarray(found.vectors)), np.array([each.label for each in gallery.pictures])


def _strangers(card: ModelCard) -> str:
    if card.key == "efficientnet-lite0":
        return _("120 photos of things and plants (Caltech-101), as numbers")
    return _("the built-in samples and drawings, several of one scene, which may show a class of yours")
