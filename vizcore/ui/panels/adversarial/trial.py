"""The attack itself: Start, Stop, progress; and what it left behind, with the settings it was made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.ui.job_panel import show_job
from vizcore.ui.job_series import result_of
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.panels.adversarial.studied_photos import as_brought
from vizcore.ui.session import engine, session_id
from vizcore.ui.session_models import card_of
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.generation.attacks.results import AttackResult, AttackSet
    from vizcore.generation.attacks.settings import AttackSettings

KEY = "adversarial.trial"


@dataclass(frozen=True, eq=False)
class Trial:
    """One finished (or stopped) attack. found: of the chosen photo; whole: of all photos, for a universal attack."""

    card: ModelCard
    photo: Photo
    settings: AttackSettings
    found: AttackResult
    whole: AttackSet | None


def show_trial(card: ModelCard, photos: tuple[Photo, ...], settings: AttackSettings) -> Trial | None:
    """photos: one, or for a universal attack several, the chosen one first. None as long as nothing was found."""
    from vizcore.generation.attacks.run import attack
    from vizcore.generation.attacks.table import ATTACKS

    def start() -> JobHandle:
        subject: Any = photos if len(photos) > 1 else photos[0]
        return engine().start(attack, card.key, subject, settings, session=session_id())

    quick = card.ships and ATTACKS[settings.attack].quick
    about = (card.key, settings, *(photo.sha256 for photo in photos)) if quick else None
    job = show_job(KEY, start, preview=_("The attacked picture so far"), stays=False, once_for=about)
    return _gathered(job, card, photos, settings)


def _gathered(
    job: JobHandle | None, card: ModelCard, photos: tuple[Photo, ...], settings: AttackSettings
) -> Trial | None:
    from vizcore.generation.attacks.results import AttackResult, AttackSet

    found = result_of(job)
    if job is None or found is None:
        return None
    request = job.request
    say_last_start(unless=asked_as_now(job, card.key, photos, settings))
    asked = (request.photo,) if isinstance(request.photo, Photo) else request.photo
    skipped = found.skipped if isinstance(found, AttackSet) else ()
    first = next((each for i, each in enumerate(asked) if i not in skipped), asked[0])
    whole = found if isinstance(found, AttackSet) and found.results else None
    shown = whole.results[0] if whole else found
    if not isinstance(shown, AttackResult):
        return None
    photo = as_brought(first, photos)
    return Trial(card_of(request.model_key), photo, request.settings, shown.named(photo.name), whole)


def show_universal(trial: Trial) -> None:
    """How many of the photos the one change fooled."""
    if trial.whole is None:
        return
    count, good = len(trial.whole.results), sum(each.success for each in trial.whole.results)
    words = _("The same change was laid on {count} and worked on {good} of them; the first is shown.").format(
        count=counted("photo", count), good=number(good, 0)
    )
    if left_out := len(trial.whole.skipped):
        words += " " + _("Left out, since the model already sees the target: {n}.").format(n=number(left_out, 0))
    st.markdown(words)
