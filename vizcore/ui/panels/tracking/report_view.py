"""The scores of tracks with a truth: the numbers, the timeline, one frame's table, and every step of the counting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from vizcore.figures.track_timeline import MOST_ROWS, timeline_figure
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.metrics.tracking.frame_table import frame_rows
from vizcore.metrics.tracking.report import TrackingReport
from vizcore.ui.charts import show_chart
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.tracking import counting, record
from vizcore.ui.panels.tracking.page_state import IOU, KEY, PageState, report_of
from vizcore.ui.panels.tracking.words import OUTCOMES, RULES, score, timeline_names
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.ui.told import told

ShowFrame = Callable[[TrackingReport, int], None]
MOST_SWITCHES = 12


def show(state: PageState, *, beside: Callable[[], None] | None = None, picture: ShowFrame | None = None) -> None:
    """beside: a figure to the right of the timeline. picture: the frame with its boxes, above its table."""
    report = report_of(state)
    _show_scores(report)
    left, right = st.columns([3, 2]) if beside else (st.container(), None)
    with left:
        frame = _show_timeline(state, report)
    if beside and right is not None:
        with right:
            beside()
    _show_frame(state, report, frame, picture)
    counting.show(state, report)
    record.show(state, report)


def _show_scores(report: TrackingReport) -> None:
    found = report.scores.numbers()
    show_metrics(
        [
            Cell("MOTA", score(found["mota"]), _("1 − (misses + false alarms + switches) / true boxes")),
            Cell("IDF1", score(found["idf1"]), _("Boxes that are right when each object has one id for good")),
            Cell("HOTA", score(found["hota"]), _("Root of detection times association, mean over 19 overlaps")),
            Cell("DetA", score(found["deta"]), _("Detection alone")),
            Cell("AssA", score(found["assa"]), _("Association alone")),
            Cell(_("Switches"), number(found["id_switches"], 0), _("An object's id differs from its last one")),
            Cell(
                _("FN + FP"),
                f"{number(found['fn'], 0)} + {number(found['fp'], 0)}",
                _("Missed true boxes (FN) and tracked boxes without a partner (FP)"),
            ),
        ],
        width=112,
    )


def _show_timeline(state: PageState, report: TrackingReport) -> int:
    """The timeline and the slider of frames, which a click moves; returns the frame."""
    key = f"{KEY}.frame.{state.source}.{report.data.frames}"
    frames = max(report.data.frames, 1)
    start = report.switches[0].frame if report.switches else 1
    kept = min(int(st.session_state.get(key, start)), frames)
    figure = timeline_figure(report, timeline_names(), frame=kept, dark=dark_now())
    words = _("Timeline: a row for each true object, coloured by tracker id. Click a mark to see its frame.")
    chart = f"{KEY}.timeline.{state.source}"

    def clicked(event: Any) -> None:
        if (at := _clicked_frame(event)) is not None:
            st.session_state[key] = at

    show_chart(figure, key=chart, alt=words, on_select=told(chart, clicked), selection_mode="points")
    st.caption(words)
    objects = len(report.overlaps.truth_ids)
    if objects > MOST_ROWS:
        st.caption(_("The first {n} of {total} are shown.").format(n=MOST_ROWS, total=number(objects, 0)))
    if frames == 1:
        return 1
    st.session_state[key] = kept
    return int(st.slider(_("Frame"), 1, frames, key=key))


def _clicked_frame(event: Any) -> int | None:
    """The frame of the mark that was clicked, None for a click beside them."""
    points = event["selection"]["points"] if event else []
    return int(points[0]["x"]) if points else None


def _show_frame(state: PageState, report: TrackingReport, frame: int, picture: ShowFrame | None) -> None:
    st.subheader(_("Frame {n}").format(n=frame), anchor=False)
    left, right = st.columns([2, 3]) if picture else (None, st.container())
    if picture and left is not None:
        with left:
            picture(report, frame)
    with right:
        rows = frame_rows(report, frame, IOU)
        show_table(
            [
                {
                    _("what"): _(OUTCOMES[row.outcome]),
                    _("object → id"): " → ".join("–" if who is None else str(who) for who in (row.truth, row.found)),
                    "IoU": number(row.iou, 2),
                    _("why"): _(RULES[row.rule]),
                }
                for row in rows
            ]
        )
        if not rows:
            st.caption(_("Nothing is there in this frame, and nothing was found."))
        _say_switches(report)


def _say_switches(report: TrackingReport) -> None:
    count = len(report.switches)
    if not count:
        st.caption(_("No identity switch in this sequence."))
        return
    listed = [
        _("frame {frame}: object {truth}, id {before} → {now}").format(
            frame=each.frame, truth=each.truth, before=each.before, now=each.now
        )
        for each in report.switches[:MOST_SWITCHES]
    ]
    head = ngettext("{n} identity switch:", "{n} identity switches:", count).format(n=count)
    st.caption(f"{head} " + " · ".join(listed) + (" …" if count > MOST_SWITCHES else ""))
