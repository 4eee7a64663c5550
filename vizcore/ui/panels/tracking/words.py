"""How are numbers, outcomes and rules of tracking said?"""

from __future__ import annotations

import math

from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number

OUTCOMES = {
    "match": N_("match"),
    "switch": N_("identity switch"),
    "miss": N_("miss (FN)"),
    "false_alarm": N_("false alarm (FP)"),
}
RULES = {
    "kept": N_("the pair of the frame before goes on"),
    "assigned": N_("the best assignment of this frame; the object had another id when last matched"),
    "first": N_("the best assignment of this frame; the object's first match"),
    "returned": N_("matched anew after a gap, with the same id as before"),
    "no_overlap": N_("nothing overlaps it"),
    "other_class": N_("what overlaps it is of another class"),
    "below": N_("its best overlap stays under the threshold"),
    "taken": N_("what it overlaps belongs to another box"),
}


def score(value: float) -> str:
    """Three decimals, or "undefined"."""
    return _("undefined") if math.isnan(value) else number(value, 3)


def timeline_names() -> dict[str, str]:
    """The words that the timeline is labelled with."""
    return {
        "object": _("object {n}"),
        "id": _("id {n}"),
        "miss": _("missed"),
        "switch": _("identity switch"),
        "false_alarm": _("false alarms"),
        "frame": _("frame"),
    }
