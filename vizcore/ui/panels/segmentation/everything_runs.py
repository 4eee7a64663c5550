"""What did the clicks and limits do so far? The runs that this visitor has tried on the photo, in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.segmentation import MaskSet

MOST_RUNS = 6


def remember_run(state: PageState, card: ModelCard, found: MaskSet, clicks: int) -> None:
    """What this page has tried on the photo, the newest last."""
    runs: dict[Any, dict[str, Any]] = state.made.setdefault("runs", (None, {}))[1]
    made = found.provenance
    key = (card.key, tuple(sorted(made.settings.items())), clicks)
    runs.pop(key, None)
    runs[key] = {"model": card.title, "clicks": clicks, "masks": len(found), "made": made}
    while len(runs) > MOST_RUNS:
        del runs[next(iter(runs))]


def show_runs(state: PageState) -> None:
    """The effect of the parameters, as the visitor has measured it."""
    runs = list(state.made.get("runs", (None, {}))[1].values())
    if not runs:
        return
    st.markdown(_("**What the parameters did so far**"))
    show_table([_run_row(run) for run in runs])
    with derivation():
        last = runs[-1]
        latex(rf"{last['clicks']} \times 3 = {3 * last['clicks']}\ \to\ {last['masks']}")
        st.markdown(
            _("Each click gives three candidates; the limits and the NMS leave {n}.").format(n=number(last["masks"], 0))
        )


def _run_row(run: dict[str, Any]) -> dict[str, str]:
    settings = run["made"].settings
    milliseconds = run["made"].timing_ms.get("model")
    return {
        _("Model"): run["model"],
        _("Clicks"): number(run["clicks"], 0),
        _("Predicted IoU"): f"≥ {number(settings['predicted_iou'], 2)}",
        _("Stability"): f"≥ {number(settings['stability'], 2)}",
        "NMS": f"≤ {number(settings['box_nms'], 2)}",
        _("Least area"): number(settings["min_area"], 0),
        _("Masks"): number(run["masks"], 0),
        _("Time"): _("{s} s").format(s=number(milliseconds / 1e3, 1)) if milliseconds else "",
    }
