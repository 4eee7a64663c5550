"""Does a simple treatment of every picture undo the attack, and what does it cost on clean pictures?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import percent
from vizcore.ui import downloads
from vizcore.ui.counted_shares import say_few, say_intervals, with_interval
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.job_panel import show_job
from vizcore.ui.job_series import result_of
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.panels.adversarial.attack_choice import attack_title, budget_words
from vizcore.ui.panels.adversarial.studied_photos import choose_photos
from vizcore.ui.panels.adversarial.study import Study
from vizcore.ui.session import engine, session_id
from vizcore.ui.session_models import card_of
from vizcore.ui.tables import show_table

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.generation.attacks.results import AttackSet
    from vizcore.generation.studies.defences import Defences

NAMES = {
    "none": N_("None"),
    "jpeg": N_("JPEG, quality 75"),
    "median": N_("Median of 3 × 3 pixels"),
    "random-resize": N_("Random resize, mean of 8 answers"),
}


def show(study: Study) -> None:
    """Attacks some photos, then treats them and their clean versions alike."""
    from vizcore.generation.attacks.results import AttackSet
    from vizcore.generation.attacks.run import attack as run_attack

    photos, attack = choose_photos("adversarial"), study.single()
    st.markdown(
        _("First {attack} {budget} on {photos}, then each defence on the pictures before and after.").format(
            attack=attack_title(attack.attack), budget=budget_words(attack), photos=counted("photo", len(photos))
        )
    )

    def start() -> JobHandle:
        return engine().start(run_attack, study.card.key, photos, attack, session=session_id())

    job = show_job("adversarial.defence", start, preview=_("The attacked picture so far"), stays=False)
    found = result_of(job)
    if job is not None and isinstance(found, AttackSet) and found.results:
        say_last_start(unless=asked_as_now(job, study.card.key, photos, attack))
        _show_defences(found)


def _show_defences(made: AttackSet) -> None:
    from vizcore.generation.studies.defences import DefenceSettings, defend
    from vizcore.generation.studies.transfer import pairs_of

    card = card_of(made.provenance.model)
    found = answer(defend, card, pairs_of(made), DefenceSettings(made.results[0].target))
    if found is None:
        return
    model_heading(card)
    show_table(text_rows(found))
    say_intervals()
    st.markdown(summary(found))
    say_few(found.pairs)
    st.caption(
        _(
            "The attacker did not know of the defence here. One who does attacks through it and usually wins "
            "(Athalye 2018), so read this as a first look and never as safety."
        )
    )
    downloads.show_exports("adversarial.defence", [found], table=_rows(found))


def text_rows(found: Defences) -> list[dict[str, str]]:
    """One row for each defence: of how many pictures each share is, and its interval."""
    return [
        {
            _("Defence"): _(NAMES[row.kind]),
            _("Still fooled"): _counted(row.still_fooled, found),
            _("Former answer back"): _counted(row.restored, found),
            _("Clean answer kept"): _counted(row.clean_kept, found),
            _("Clean confidence"): percent(row.clean_confidence, 0),
        }
        for row in found.rows
    ]


def _counted(share: float, found: Defences) -> str:
    return with_interval(round(share * found.pairs), found.pairs)


def summary(found: Defences) -> str:
    """The defence that leaves the fewest fooled, with what it costs; Markdown."""
    none, *others = found.rows
    n = found.pairs
    best = min(others, key=lambda row: (row.still_fooled, -row.clean_kept))
    return _(
        "Best here: **{defence}**; fooled pictures go from {before} to {after}, and {lost} of clean answers are lost."
    ).format(
        defence=_(NAMES[best.kind]),
        before=f"{round(none.still_fooled * n)} / {n}",
        after=f"{round(best.still_fooled * n)} / {n}",
        lost=f"{n - round(best.clean_kept * n)} / {n}",
    )


def _rows(found: Defences) -> list[dict[str, downloads.Cell]]:
    return [
        {
            "defence": row.kind,
            "still_fooled": row.still_fooled,
            "restored": row.restored,
            "clean_kept": row.clean_kept,
            "clean_confidence": row.clean_confidence,
            "pairs": found.pairs,
        }
        for row in found.rows
    ]
