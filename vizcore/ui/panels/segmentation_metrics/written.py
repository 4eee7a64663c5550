"""How are shares and distances written on this page, 0/0 and infinity among them?"""

from __future__ import annotations

import math

from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.metrics.masks import EmptyPolicy

POLICY_TEXTS: dict[EmptyPolicy, str] = {
    "one": N_("counts as 1: nothing was there, nothing was claimed"),
    "skip": N_("is left out of means (not a number)"),
}


def share(value: float) -> str:
    """Three decimals; a dash for what is not a number."""
    return "–" if math.isnan(value) else number(value, 3)


def pixels(value: float) -> str:
    """A distance; ∞ where one mask is empty, a dash for what is not a number."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞"
    return _("{n} px").format(n=number(value, 2)).replace(" ", "\N{NO-BREAK SPACE}")


def policy_sentence(empty: EmptyPolicy) -> str:
    """What 0/0 means on this page, in one sentence."""
    return _(
        "Policy for empty masks: 0/0 of two empty masks {policy}. If only one of them is empty, every share is 0 and"
        " every distance infinite."
    ).format(policy=_(POLICY_TEXTS[empty]))
