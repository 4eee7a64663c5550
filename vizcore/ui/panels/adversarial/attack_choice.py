"""Which attack, with which budget and which settings?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.ui import choices, url_state

if TYPE_CHECKING:
    from vizcore.generation.attacks.problem import Attack
    from vizcore.generation.attacks.settings import AttackSettings

BUDGETS_255 = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0, 128.0, 255.0)
BUDGETS_L2 = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True)
class Field:
    """One number among the advanced settings."""

    title: str
    least: float
    most: float
    step: float


FIELDS: Mapping[str, Field] = {
    "steps": Field(N_("Steps"), 1, 200, 1),
    "step_255": Field(N_("Length of a step, in n/255 (0: 2.5 budgets / steps)"), 0.0, 255.0, 0.5),
    "step_l2": Field(N_("Length of a step, L2 (0: 2.5 budgets / steps)"), 0.0, 20.0, 0.1),
    "restarts": Field(N_("Random starts"), 1, 10, 1),
    "decay": Field(N_("Memory of earlier gradients"), 0.0, 2.0, 0.1),
    "kappa": Field(N_("Kappa: lead of the wrong class, in logits"), 0.0, 50.0, 1.0),
    "constant": Field(N_("First weight of success"), 0.001, 1000.0, 0.1),
    "searches": Field(N_("Searches for that weight"), 1, 10, 1),
    "learning_rate": Field(N_("Learning rate"), 0.001, 0.5, 0.001),
    "overshoot": Field(N_("Overshoot beyond the border"), 0.0, 1.0, 0.01),
    "candidates": Field(N_("Classes looked at"), 1, 50, 1),
    "seed": Field(N_("Seed"), 0, 9999, 1),
}


def attack_title(key: str) -> str:
    """The attack's name as people write it."""
    from vizcore.generation.attacks.table import ATTACKS

    return _(ATTACKS[key].title)


def attack_words() -> str:
    """The attack in hand, for the fold that holds the choice."""
    from vizcore.generation.attacks.table import ATTACKS

    return attack_title(url_state.remembered_one("adversarial.attack", allowed=ATTACKS, default="pgd"))


def choose_attack() -> AttackSettings:
    """The chosen attack without a target. Errors: SettingOutOfRange."""
    from vizcore.generation.attacks.table import ATTACKS

    titles = {key: attack_title(key) for key in ATTACKS}
    key = choices.choose_one(_("Attack"), titles, key="adversarial.attack", default="pgd")
    row = ATTACKS[key]
    st.caption(_(row.words))
    values = _choose_budget(row) | _choose_advanced(key, row)
    return replace(row.suggested, **values)  # type: ignore[arg-type]


def _choose_budget(row: Attack) -> dict[str, float]:
    """The budget in the unit of the attack's norm, and one sentence where it is extreme."""
    if not row.budget:
        st.markdown(_("This attack has no budget: it looks for the smallest change that works."))
        return {}
    if row.norm == "linf":
        label = _("Budget: largest change of any pixel value, in grey levels of 255")
        texts = {f"{each:g}/255": grey_levels(each) for each in BUDGETS_255}
        chosen = choices.choose_step(label, texts, key="adversarial.epsilon", default="8/255")
        level = float(chosen.removesuffix("/255"))
        _say_extremes(level, most=255.0)
        return {"epsilon_255": level}
    label = _("Budget: length of the whole change (L2, values in 0 to 1)")
    texts = {f"{each:g}": number(each, 2) for each in BUDGETS_L2}
    length = float(choices.choose_step(label, texts, key="adversarial.length", default="3"))
    _say_extremes(length, most=BUDGETS_L2[-1])
    return {"epsilon_l2": length}


def _say_extremes(budget: float, *, most: float) -> None:
    if budget == 0:
        st.info(_("A budget of 0 changes nothing, so the answer will stay what it is."))
    elif budget == most:
        st.info(_("With the whole range allowed this is no disguise any more: it may become any picture at all."))


def _choose_advanced(key: str, row: Attack) -> dict[str, float]:
    names = [name for name in row.listens_to if name in FIELDS]
    if not names:
        return {}
    with st.expander(_("Advanced settings"), icon=":material/tune:"):
        columns = st.columns(min(3, len(names)))
        return {name: _number(columns[i % len(columns)], key, name, row) for i, name in enumerate(names)}


def _number(place: Any, key: str, name: str, row: Attack) -> float:
    each = FIELDS[name]
    suggested = getattr(row.suggested, name)
    kind = type(suggested)
    value = place.number_input(
        _(each.title),
        kind(each.least),
        kind(each.most),
        suggested,
        kind(each.step),
        format="%d" if kind is int else "%.3f",
        **url_state.bound(f"adversarial.{key}.{name}"),
    )
    return kind(value)  # type: ignore[no-any-return]


def budget_words(settings: AttackSettings) -> str:
    """The budget as people write it: "8/255", "L2 3", in French "L2 0,5"; "" for an attack without one."""
    from vizcore.generation.attacks.table import ATTACKS

    row = ATTACKS[settings.attack]
    if not row.budget:
        return ""
    return grey_levels(settings.epsilon_255) if row.norm == "linf" else f"L2 {number(settings.epsilon_l2, 2)}"


def grey_levels(epsilon_255: float) -> str:
    """ "0.5/255", in French "0,5/255"."""
    return f"{number(epsilon_255, 2)}/255"
