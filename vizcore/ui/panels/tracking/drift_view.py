"""Does the carried mask still hold? Its signals over the frames, the alarms in words, the truth where it is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from vizcore.figures.propagation import propagation_figure
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number
from vizcore.tracking.carried import Alarm, PropagatedMasks, drift_alarms, true_ious
from vizcore.tracking.clip import Clip
from vizcore.tracking.drift import alarm_runs, alarms_against_truth, area_shares, mean_of_known
from vizcore.ui.charts import show_chart
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.theme_now import dark_now

ALARMS: dict[Alarm, str] = {
    "lost": N_("nothing is left of it"),
    "fills": N_("it fills the picture"),
    "quality": N_("its predicted IoU fell"),
    "area": N_("its area jumped or grew apart"),
    "place": N_("it is not where its pixels went"),
    "looks": N_("it looks different"),
}
MOST_ALARMS = 6


def show(
    clip: Clip, identity: int, masks: PropagatedMasks, *, before: PropagatedMasks | None, frame: int, frame_key: str
) -> None:
    """before: the same without the last correction. frame_key: of the slider that a button moves to an alarm."""
    alarms = drift_alarms(masks, clip.size_wh)
    truth = [] if clip.truth is None else true_ious(masks, clip.truth, identity)
    _show_numbers(clip, identity, masks, truth, before, len(alarms))
    _show_lines(masks, truth, sorted(alarms), frame)
    _say_alarms(alarms, frame, frame_key)
    _say_how_good(alarms, truth)


def _show_numbers(
    clip: Clip, identity: int, masks: PropagatedMasks, truth: Sequence[float | None],
    before: PropagatedMasks | None, alarms: int,
) -> None:  # fmt: skip
    known = [each for each in truth if each is not None]
    cells = []
    if known and clip.truth is not None:
        change = None
        if before is not None:
            gain = mean_of_known(truth) - mean_of_known(true_ious(before, clip.truth, identity))
            change = _("{change} by your last correction").format(
                change=("+" if gain >= 0 else "−") + number(abs(gain), 3)
            )
        words = ngettext("True IoU, over {n} frame", "True IoU, over {n} frames", len(known)).format(n=len(known))
        cells += [
            Cell(_("Mean IoU"), number(mean_of_known(truth), 3), words, change),
            Cell(_("Lowest"), number(min(known), 3), _("True IoU of the worst frame")),
        ]
    cells += [
        Cell(_("Shown"), number(len(masks.anchors), 0), _("Frames in which somebody pointed at the object")),
        Cell(_("Alarms"), number(alarms, 0), _("Frames in which a signal points to drift")),
    ]
    show_metrics(cells, width=96)


def _show_lines(masks: PropagatedMasks, truth: Sequence[float | None], alarms: Sequence[int], frame: int) -> None:
    lines: dict[str, Sequence[float | None]] = {
        "predicted": masks.predicted_iou.tolist(),
        "area": area_shares(masks),
        "place": [None if np.isnan(each) else float(each) for each in masks.agreement],
    }
    lines["looks"] = [None if np.isnan(each) else float(each) for each in masks.likeness]
    if truth:
        lines["iou"] = truth
    names = {
        "predicted": _("predicted IoU"), "area": _("area, share of the shown mask's"),
        "place": _("agrees with the moved mask"), "looks": _("has the shown mask's colours"),
        "iou": _("true IoU"), "anchor": _("shown by you"),
        "alarm": _("drift alarm"), "frame": _("frame"),
    }  # fmt: skip
    words = _("Predicted IoU, area, agreement, colours and true IoU of the mask in each frame")
    figure = propagation_figure(lines, names, anchors=masks.anchors, alarms=alarms, frame=frame, dark=dark_now())
    show_chart(figure, key=f"{KEY}.masks.lines", alt=words)


def _say_alarms(alarms: dict[int, list[Alarm]], frame: int, frame_key: str) -> None:
    if not alarms:
        st.caption(_("No drift alarm. A mask that slides slowly to something alike raises none: look at the frames."))
        return
    following = next((each for each in alarms if each > frame), min(alarms))

    def move() -> None:
        st.session_state[frame_key] = following

    st.button(
        _("To the alarm in frame {n}").format(n=following), key=f"{KEY}.masks.alarm", icon=":material/warning:",
        on_click=move,
    )  # fmt: skip
    runs = [
        (str(each.first) if each.first == each.last else f"{each.first}–{each.last}", each.alarms)
        for each in alarm_runs(alarms)
    ]
    said = [
        _("frame {n}: {why}").format(n=frames, why=", ".join(_(ALARMS[each]) for each in reasons))
        for frames, reasons in runs[:MOST_ALARMS]
    ]
    st.caption(" · ".join(said) + (" …" if len(runs) > MOST_ALARMS else ""))


def _say_how_good(alarms: dict[int, list[Alarm]], truth: Sequence[float | None]) -> None:
    """Against the truth: how many bad frames had an alarm, and how many good ones."""
    found = alarms_against_truth(alarms, truth)
    if (not found.bad and not alarms) or not truth:
        return
    words = ngettext(
        "Of {bad} frame with a true IoU under 0.5, {seen} had an alarm; of the {good} others, {false}.",
        "Of {bad} frames with a true IoU under 0.5, {seen} had an alarm; of the {good} others, {false}.",
        found.bad,
    )
    st.caption(words.format(bad=found.bad, good=found.good, seen=found.seen, false=found.false))
