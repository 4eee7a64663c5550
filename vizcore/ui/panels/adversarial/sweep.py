"""How large must the budget be before the attack works?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.confidence import share_lines
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.counted_shares import interval_of, say_few, share_of
from vizcore.ui.job_panel import show_job
from vizcore.ui.job_series import result_of
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.panels.adversarial.attack_choice import attack_title, grey_levels
from vizcore.ui.panels.adversarial.studied_photos import choose_photos
from vizcore.ui.panels.adversarial.study import Study
from vizcore.ui.session import engine, session_id
from vizcore.ui.session_models import card_of
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.generation.studies.epsilon_sweep import EpsilonSweep

BUDGETS_255 = (0, 0.5, 1, 2, 4, 8, 16)
BUDGETS_L2 = (0, 0.1, 0.25, 0.5, 1, 2, 4)


def show(study: Study) -> None:
    """One run over all budgets, then the curve."""
    from vizcore.generation.attacks.table import ATTACKS
    from vizcore.generation.studies.epsilon_sweep import EpsilonSweep, SweepSettings, epsilon_sweep

    photos, attack = choose_photos("adversarial"), study.single()
    budgets = BUDGETS_255 if ATTACKS[attack.attack].norm == "linf" else BUDGETS_L2
    st.markdown(
        _("{attack} with {steps}, on {photos} with {budgets} budgets each.").format(
            attack=attack_title(attack.attack),
            steps=counted("step", attack.steps if "steps" in ATTACKS[attack.attack].listens_to else 1),
            photos=counted("photo", len(photos)),
            budgets=len(budgets),
        )
    )
    settings = SweepSettings(attack, tuple(float(each) for each in budgets))

    def start() -> JobHandle:
        return engine().start(epsilon_sweep, study.card.key, photos, settings, session=session_id())

    job = show_job("adversarial.sweep", start, preview=_("The attacked picture so far"), stays=False)
    found = result_of(job)
    if job is not None and isinstance(found, EpsilonSweep):
        say_last_start(unless=asked_as_now(job, study.card.key, photos, settings))
        _show_curve(found)


def _show_curve(found: EpsilonSweep) -> None:
    places = [grey_levels(budget) if found.norm == "linf" else number(budget, 2) for budget in found.budgets]
    card = card_of(found.provenance.model)
    lines = {
        _("success rate"): found.success_rate,
        _("confidence in the first answer"): found.source_confidence,
    }
    figure = share_lines(places, lines, card.family, axis=_("Budget"), dark=dark_now())
    show_chart(figure, key="adversarial.curve", alt=_("Success rate against the budget"))
    st.markdown(summary(found, places))
    show_table(text_rows(found, places))
    say_few(found.photos)
    downloads.show_exports("adversarial.sweep", [found], table=_rows(found))


def summary(found: EpsilonSweep, places: list[str]) -> str:
    """The least budget that is enough for half of the photos; Markdown."""
    enough = next((i for i, rate in enumerate(found.success_rate) if rate >= 0.5), None)
    count = counted("photo", found.photos)
    if enough is None:
        words = _("No budget tried was enough for half of {n}.").format(n=count)
    else:
        words = _("A budget of **{budget}** is enough for half of {n} (success: {rate}).").format(
            budget=places[enough], n=count, rate=f"{_fooled(found)[enough]} / {found.photos}"
        )
    if found.skipped:
        words += " " + _("Left out, since the model already sees the target: {n}.").format(n=len(found.skipped))
    return words


def text_rows(found: EpsilonSweep, places: list[str]) -> list[dict[str, str]]:
    """One row for each budget: of how many photos the attack was right, and the interval of that share."""
    return [
        {
            _("Budget"): place,
            _("Success rate"): share_of(fooled, found.photos),
            _("95 % interval"): interval_of(fooled, found.photos),
        }
        for place, fooled in zip(places, _fooled(found), strict=True)
    ]


def _fooled(found: EpsilonSweep) -> list[int]:
    """How many of the photos reach the attack's goal, by budget."""
    return [round(float(rate) * found.photos) for rate in found.success_rate]


def _rows(found: EpsilonSweep) -> list[dict[str, downloads.Cell]]:
    return [
        {
            "budget": float(b),
            "success_rate": float(s),
            "photos": found.photos,
            "source_confidence": float(c),
            "answer_confidence": float(a),
        }
        for b, s, c, a in zip(
            found.budgets, found.success_rate, found.source_confidence, found.answer_confidence, strict=True
        )
    ]
