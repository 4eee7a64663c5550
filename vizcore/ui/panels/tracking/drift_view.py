"""Does the carried mask still hold? Its signals over the frames, the alarms in words, the truth where it is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from vizcore.figures.propagation import propagation_figure
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number
from vizcore.tracking.carried import Alarm, PropagatedMasks, drift_alarms, nearest_anchor, true_ious
from vizcore.tracking.clip import Clip
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
BAD_IOU = 0.5


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
            earlier = [each for each in true_ious(before, clip.truth, identity) if each is not None]
            gain = float(np.mean(known) - np.mean(earlier))
            change = _("{change} by your last correction").format(
                change=("+" if gain >= 0 else "−") + number(abs(gain), 3)
            )
        words = ngettext("True IoU, over {n} frame", "True IoU, over {n} frames", len(known)).format(n=len(known))
        cells += [
            Cell(_("Mean IoU"), number(float(np.mean(known)), 3), words, change),
            Cell(_("Lowest"), number(min(known), 3), _("True IoU of the worst frame")),
        ]
    cells += [
        Cell(_("Shown"), number(len(masks.anchors), 0), _("Frames in which somebody pointed at the object")),
        Cell(_("Alarms"), number(alarms, 0), _("Frames in which a signal points to drift")),
    ]
    show_metrics(cells, width=96)


def _show_lines(masks: PropagatedMasks, truth: Sequence[float | None], alarms: Sequence[int], frame: int) -> None:
    anchors = [nearest_anchor(place + 1, masks.anchors) for place in range(len(masks.rles))]
    areas = [int(masks.areas[place]) / max(int(masks.areas[anchor - 1]), 1) for place, anchor in enumerate(anchors)]
    lines: dict[str, Sequence[float | None]] = {
        "predicted": masks.predicted_iou.tolist(),
        "area": areas,
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
    said = [
        _("frame {n}: {why}").format(n=frames, why=", ".join(_(ALARMS[each]) for each in reasons))
        for frames, reasons in in_runs(alarms)[:MOST_ALARMS]
    ]
    st.caption(" · ".join(said) + (" …" if len(in_runs(alarms)) > MOST_ALARMS else ""))


def in_runs(alarms: Mapping[int, Sequence[Alarm]]) -> list[tuple[str, Sequence[Alarm]]]:
    """Frames in a row with the same alarms as one: ("9-40", [...])."""
    runs: list[tuple[int, int, Sequence[Alarm]]] = []
    for frame, reasons in sorted(alarms.items()):
        if runs and runs[-1][1] == frame - 1 and runs[-1][2] == reasons:
            runs[-1] = runs[-1][0], frame, reasons
        else:
            runs.append((frame, frame, reasons))
    return [(str(first) if first == last else f"{first}–{last}", reasons) for first, last, reasons in runs]


def _say_how_good(alarms: dict[int, list[Alarm]], truth: Sequence[float | None]) -> None:
    """Against the truth: how many bad frames had an alarm, and how many good ones."""
    bad = [place + 1 for place, each in enumerate(truth) if each is not None and each < BAD_IOU]
    good = [place + 1 for place, each in enumerate(truth) if each is not None and each >= BAD_IOU]
    if (not bad and not alarms) or not truth:
        return
    words = ngettext(
        "Of {bad} frame with a true IoU under 0.5, {seen} had an alarm; of the {good} others, {false}.",
        "Of {bad} frames with a true IoU under 0.5, {seen} had an alarm; of the {good} others, {false}.",
        len(bad),
    )
    st.caption(
        words.format(
            bad=len(bad), good=len(good), seen=len(alarms.keys() & set(bad)), false=len(alarms.keys() & set(good))
        )
    )
