"""Does the attacked picture still fool the model after it was saved, resized, blurred, cropped or printed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.figures.surviving import Bar, surviving_bars
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number, percent
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    from vizcore.generation.studies.survival import Survival, Survived
    from vizcore.ui.panels.adversarial.trial import Trial

KINDS = {
    "none": N_("As it is"),
    "jpeg": N_("JPEG quality {n}"),
    "resize": N_("Resized to {n} and back"),
    "blur": N_("Blur, {n} px"),
    "crop": N_("Cropped to {n}"),
    "noise": N_("Noise, {n}/255"),
    "gamma": N_("Print-like gamma {n}"),
}


def show(trial: Trial | None) -> None:
    """All disturbances on the attacked picture of the last start."""
    from vizcore.generation.studies.survival import SurvivalSettings, survival

    if trial is None:
        st.info(_("Attack a photo first: press Start above."))
        return
    found = trial.found
    if not found.success:
        st.info(
            _("The attack did not reach its goal, so there is little to survive; the confidences are shown anyway.")
        )
    model_heading(trial.card)
    settings = SurvivalSettings(found.source, found.target)
    answered = answer(survival, trial.card, found.adversarial, settings)
    if answered is None:
        return
    st.markdown(_summary(answered))
    show_chart(
        surviving_bars([_bar(row) for row in answered.rows], trial.card.family, dark=dark_now()),
        key="adversarial.survival.bars",
        alt=_("Confidence of the wrong answer after each disturbance"),
    )
    st.caption(_("✓: the attack still reaches its goal. ✗: it does not. The bar is the wrong answer's confidence."))
    downloads.show_exports("adversarial.survival", [answered], table=_rows(answered))


def _bar(row: Survived) -> Bar:
    strength = percent(row.strength, 0) if row.kind in ("resize", "crop") else number(row.strength, 2)
    name = _(KINDS[row.kind]).format(n=strength)
    return Bar(name, row.rival_confidence, row.survives, short_label(row.answer))


def _summary(answered: Survival) -> str:
    tried = answered.rows[1:]
    return _("The attack survives {good} of {count} disturbances.").format(
        good=sum(row.survives for row in tried), count=len(tried)
    )


def _rows(answered: Survival) -> list[dict[str, downloads.Cell]]:
    return [
        {
            "kind": row.kind,
            "strength": row.strength,
            "answer": row.answer,
            "source_confidence": row.source_confidence,
            "rival_confidence": row.rival_confidence,
            "survives": str(row.survives),
        }
        for row in answered.rows
    ]
