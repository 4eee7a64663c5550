"""How near does a mask come to the reference with each prompt? A table, and its last line worked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.i18n.pieces import named
from vizcore.prompting.answers import Found
from vizcore.prompting.objects import PromptedObject
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.segmentation.inference import ask
from vizcore.ui.panels.segmentation.labels import shown_name
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.ui.panels.segmentation_metrics.formulas import count_ratios, of_counts
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vizcore.metrics.masks.table import MaskScores

MOST_PROMPTS = 8  # of one object, the last ones


def show_scores(state: PageState, cards: Sequence[ModelCard], reference: NDArray[np.bool_]) -> None:
    """One row for each of the newest prompts of the object in hand and each segmenter."""
    current = state.steps.now.current
    if not state.reference.now.given:
        st.info(_("No reference yet: draw around the thing, or take a mask from a file."), icon=":material/draw:")
        return
    if current.only_background:
        st.info(_("Nothing to compare yet: click on the thing on the right."), icon=":material/ads_click:")
        return
    rows, last = [], None
    for card in cards:
        for asked in current.grown()[-MOST_PROMPTS:]:
            answers = ask(state, card, state.embeddings[card.key], [asked])
            if answers:
                last = _scores(state, answers[0].found, answers[0].rank, reference)
                rows.append(score_row(card, asked, last))
    if last is None:
        return
    st.markdown(_("**{name} after each prompt**").format(name=shown_name(current)))
    show_table(rows)
    st.caption(_("Two empty masks count as in full agreement: 1."))
    _show_working(last, cards[-1])


def score_row(card: ModelCard, asked: PromptedObject, scores: MaskScores) -> dict[str, str]:
    """One line of the table: the model, its newest prompt, the shares of MASK_METRICS."""
    from vizcore.metrics.masks import MASK_METRICS

    count = len(asked.points) + (asked.box is not None)
    return {
        _("Model"): card.title,
        _("Prompts"): named(number(count, 0), _newest(asked)),
    } | {_(MASK_METRICS[name].title): number(value, 3) for name, value in scores.shares.items()}


def _newest(asked: PromptedObject) -> str:
    if asked.points:
        point = asked.points[-1]
        sign = _("foreground") if point.positive else _("background")
        return f"{sign} {number(point.x, 0)}, {number(point.y, 0)}"
    return _("box")


def _scores(state: PageState, found: Found, rank: int, reference: NDArray[np.bool_]) -> MaskScores:
    """Kept for each mask, since boundaries of large photos take a while."""
    from vizcore.metrics.masks.table import scores_of

    key = ("scores", found, rank, state.reference.rev)
    if key not in state.answers:
        state.remember(key, scores_of(reference, found.rles[rank].decode()))
    scores: MaskScores = state.answers[key]
    return scores


def _show_working(scores: MaskScores, card: ModelCard) -> None:
    with derivation(_("the last line, {model}").format(model=visible(card.title))):
        for name in count_ratios(scores.counts):
            latex(of_counts(name, scores.counts))
        st.markdown(
            _(
                "TP: pixels in both. FP: in the mask alone. FN: in the reference alone. Boundary IoU is the same "
                "formula with the pixels near each outline only, nearer than 2% of the photo's diagonal."
            )
        )
