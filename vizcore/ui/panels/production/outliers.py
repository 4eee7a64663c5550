"""Unknown photos: which does a model not know, and how well does each score say so?"""

from __future__ import annotations

import numpy as np
import streamlit as st

from vizcore.figures.drift import two_histograms
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.monitoring.outliers import SCORES, OutlierScore, score_all
from vizcore.ui import choices, downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.panels.production.drift import measure
from vizcore.ui.panels.production.sets import Sets, about, choose_sets
from vizcore.ui.small_picture import show_small
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.ui.tray.state import square_jpeg
from vizcore.zoo.cards import ModelCard

SHOWN, THUMBNAIL = 12, 96


def show(card: ModelCard, bar: Toolbar) -> None:
    """The two sets as known and strange, every score's numbers, and the photos from strangest to best known."""
    sets = choose_sets("production.outliers", bar)
    found = measure(card, sets)
    if found is None:
        return
    first = found.first
    scores = {
        each.name: each
        for each in score_all(found.logits[:first], found.logits[first:], found.vectors[:first], found.vectors[first:])
    }
    best = max(scores.values(), key=lambda each: each.auroc)
    st.markdown(
        _("Best here: **{name}** with AUROC {auroc}; with 95 % of the known photos accepted, {fpr} of the strange ones "
          "are accepted too.").format(
            name=_(SCORES[best.name][0]), auroc=number(best.auroc, 2), fpr=percent(best.fpr95, 0)
        )
    )  # fmt: skip
    texts = {name: _(SCORES[name][0]) for name in scores}
    name = choices.choose_one(_("Score"), texts, key="production.score", default=best.name)
    chosen = scores.get(name, best)
    show_chart(
        two_histograms(chosen.known, chosen.strange, (_("known"), _("strange")), axis=_("Higher: stranger")),
        key="production.outliers",
        alt=_("Histogram of the chosen score for known and strange photos"),
    )
    show_table([_row(each) for each in scores.values()])
    st.caption(
        about(sets)
        + " "
        + _(
            "All scores grow with strangeness. AUPR depends on how many strange photos there are: chance gives the "
            "prevalence beside it. FPR at 95 %: share of strange photos accepted where 95 % of the known are."
        )
    )
    _show_sorted(sets, chosen)
    downloads.show_exports("production.outliers", [found], table=csv_rows(scores))


def _row(each: OutlierScore) -> dict[str, str]:
    return {
        _("Score"): _(SCORES[each.name][0]),
        "AUROC": number(each.auroc, 3),
        _("FPR at 95 % recall"): percent(each.fpr95, 0),
        "AUPR": number(each.aupr, 3),
        _("Prevalence (AUPR of chance)"): number(each.prevalence, 2),
    }


def _show_sorted(sets: Sets, chosen: OutlierScore) -> None:
    scores = np.concatenate([chosen.known, chosen.strange])
    st.markdown(_("**The strangest photos**, the strangest first"))
    with st.container(horizontal=True):
        for place in np.argsort(-scores)[:SHOWN]:
            strange = int(place) >= len(chosen.known)
            with st.container(width=THUMBNAIL, gap="xsmall"):
                words = _("strange") if strange else _("known")
                show_small(square_jpeg(sets.all[int(place)], 2 * THUMBNAIL), width=THUMBNAIL, alt=words)
                st.markdown(f":small[:{'red' if strange else 'green'}[{words} {number(float(scores[place]), 2)}]]")


def csv_rows(scores: dict[str, OutlierScore]) -> list[dict[str, downloads.Cell]]:
    """One row for each score, language-free."""
    return [
        {"score": each.name, "auroc": each.auroc, "fpr95": each.fpr95, "aupr": each.aupr, "prevalence": each.prevalence}
        for each in scores.values()
    ]
