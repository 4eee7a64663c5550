"""From photo and model to an attack: what it sees now, the target, the attack; then what came out of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.results import Classification
from vizcore.ui.engine_call import answer
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.adversarial.attack_choice import attack_words, choose_attack
from vizcore.ui.panels.adversarial.studied_photos import MOST, choose_photos
from vizcore.ui.panels.adversarial.target_choice import Wanted, choose_target, target_words
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.generation.attacks.settings import AttackSettings


def show(photo: Photo, card: ModelCard, bar: Toolbar) -> None:
    """The whole work of the page for one photo and one model: target and attack in the bar, then what came out."""
    from vizcore.features.classes import classify  # brings torch: only once there is something to do

    now = answer(classify, card, photo)
    if now is None:
        return
    chosen: tuple[Wanted, AttackSettings] | None = None
    with errors_shown():
        chosen = _choose(card, now, bar)
    if chosen is None:
        return
    wanted, attack = chosen
    from vizcore.generation.attacks.table import ATTACKS
    from vizcore.ui.panels.adversarial import before_after, measures, studies, trial
    from vizcore.ui.panels.adversarial.study import Study

    settings = replace(attack, target=wanted.index)
    others = choose_photos("adversarial.universal") if ATTACKS[attack.attack].together else ()
    subjects = (photo, *(each for each in others if each.sha256 != photo.sha256))[: MOST + 1]
    found = trial.show_trial(card, subjects, settings)
    if found:
        before_after.show(found)
        measures.show(found)
    studies.show(Study(photo, card, wanted, settings), found)


def _choose(card: ModelCard, now: Classification, bar: Toolbar) -> tuple[Wanted, AttackSettings] | None:
    """Target and attack; None after one sentence that asks for a class.

    Errors leave the folds: what is wrong with a link stands on the page, where it is seen.
    """
    target = bar.settings(target_words(), name="target", icon=":material/my_location:")
    method = bar.settings(attack_words(), name="attack", icon=":material/bolt:")
    with method:
        attack = choose_attack()
    with target:
        _say_now(card, now)
        wanted = choose_target(now.labels, card.key)
    if wanted is None:
        st.info(_("Type a class: any word of its name will do."))
    return (wanted, attack) if wanted else None


def _say_now(card: ModelCard, now: Classification) -> None:
    _index, label, share = now.top(1)[0]
    st.markdown(
        _("Now {model} sees **{label}** in it ({share}).").format(
            model=escaped(card.title), label=escaped(short_label(label)), share=percent(share, 1)
        )
    )
