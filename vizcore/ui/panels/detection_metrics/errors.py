"""Section: what kind of mistakes cost how much AP, and whether scores mean what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from vizcore.figures.calibration import reliability_diagram
from vizcore.figures.error_types import error_bars
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import decimal, number
from vizcore.metrics.detection.calibration import Calibration, calibration, kept_promise
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.error_types import TYPES, ErrorTypes, error_types
from vizcore.metrics.detection.match_result import MatchResult
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.fragments import fragment
from vizcore.ui.panels.detection_metrics.page_state import KEY, PageState, choose_iou, match_result_of, ratio
from vizcore.ui.panels.detection_metrics.pictures import Case, show_cases
from vizcore.ui.panels.detection_metrics.threshold import clicked_point
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.ui.told import told

TYPE_WORDS = {
    "classification": (N_("Classification"), N_("right place, wrong class")),
    "localisation": (N_("Localisation"), N_("right class, box too far off (IoU 0.1 to the threshold)")),
    "both": (N_("Both"), N_("wrong class and box too far off")),
    "duplicate": (N_("Duplicate"), N_("the object was found already by a better box")),
    "background": (N_("Background"), N_("nothing is there (IoU at most 0.1)")),
    "missed": (N_("Missed object"), N_("no detection came near enough, by place or class")),
}
GAINS, SHOWN = f"{KEY}.types.gains", f"{KEY}.type"


def show(state: PageState) -> None:
    """Both parts, refreshed alone."""
    fragment(lambda: _show(state))


def _show(state: PageState) -> None:
    iou = choose_iou()
    match_result = match_result_of(state, iou)
    _show_types(state, match_result, _typed((*state.key, iou), state.data, match_result))
    _show_calibration(state, match_result)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _typed(key: tuple[Any, ...], _data: DetectionData, _match_result: MatchResult) -> ErrorTypes:
    return error_types(_data, _match_result)


def _show_types(state: PageState, match_result: MatchResult, found: ErrorTypes) -> None:
    names = {kind: _(words) for kind, (words, _meaning) in TYPE_WORDS.items()}
    left, right = st.columns(2)
    with left:
        words = _("How many there are")
        st.markdown(f"**{words}**")
        show_chart(
            error_bars({kind: float(found.counts[kind]) for kind in TYPES}, names, axis="", decimals=0),
            key=f"{KEY}.types.counts", alt=words,
        )  # fmt: skip
    with right:
        words = _("Points of mAP gained if all of one type were mended")
        st.markdown(f"**{words}**")
        gains = {kind: 100 * gain if np.isfinite(gain) else 0.0 for kind, gain in found.gains.items()}
        show_chart(
            error_bars({kind: gains[kind] for kind in TYPES}, names, axis=""),
            key=GAINS, alt=words, on_select=told(GAINS, _keep_clicked), selection_mode="points",
        )  # fmt: skip
    st.caption(
        _("mAP is {ap} at IoU {iou}. Gains do not add up: a mended error may uncover another one.").format(
            ap=ratio(found.mean_ap), iou=number(match_result.iou, 2)
        )
    )
    _show_cases(state, match_result, found, names)
    with derivation(_("How a detection gets its type")):
        show_table([{_("Type"): _(name), _("Meaning"): _(meaning)} for name, meaning in TYPE_WORDS.values()])
        st.markdown(
            _(
                "Each wrong detection is tested in the order localisation, classification, duplicate, background, and"
                " what is left is both (Bolya et al. 2020). Mending moves a classification or localisation error onto"
                " its object, if nobody has it; it removes the others; a missed object need not be found any more."
            )
        )
    rows: list[dict[str, downloads.Cell]] = [
        {"type": kind, "count": found.counts[kind], "gain": _finite(found.gains[kind])} for kind in TYPES
    ]
    downloads.download_csv(rows, name="error-types", key=f"{KEY}.types.csv")


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _keep_clicked(event: Any) -> None:
    """A click on a bar chooses its type; one of which there are none shows nothing."""
    if clicked := clicked_point(event):
        url_state.remember(SHOWN, [TYPES[clicked[0]]], default=[""])


def _show_cases(state: PageState, match_result: MatchResult, found: ErrorTypes, names: dict[str, str]) -> None:
    kinds = [kind for kind in TYPES if found.counts[kind]]
    if not kinds:
        return
    texts = {"": _("Choose a type, or click a bar of the gains"), **{kind: names[kind] for kind in kinds}}
    kind = choices.choose_from(_("Show the pictures of"), texts, key=SHOWN, default="")
    if kind == "missed":
        show_cases(state, [Case(int(row), -1) for row in found.missed])
    elif kind:
        show_cases(state, cases_of(kind, match_result, found, names[kind]))


def cases_of(kind: str, match_result: MatchResult, found: ErrorTypes, words: str) -> list[Case]:
    """Each detection of this type with the object that it should have stood for, which a duplicate leaves found."""
    return [
        Case(int(found.target[row]), int(match_result.found[row]), words, wrong=True, taken=kind == "duplicate")
        for row in np.flatnonzero(found.kind == TYPES.index(kind))
    ]


def _show_calibration(state: PageState, match_result: MatchResult) -> None:
    st.subheader(_("Calibration"), anchor=False)
    found = calibration(match_result)
    if found.error is None:
        st.info(_("There is no score between 0 and 1 to calibrate."), icon=":material/info:")
        return
    left, right = st.columns([3, 2])
    with left:
        words = _(
            "Share of right detections against their score; on the diagonal a score of 0.8 is right 8 times of 10"
        )
        event = show_chart(
            reliability_diagram(found, dark=dark_now()), key=f"{KEY}.reliability", alt=words,
            on_select="rerun", selection_mode="points",
        )  # fmt: skip
        st.caption(words)
    with right:
        st.metric("ECE", ratio(found.error), help=_("Expected calibration error: the mean gap, weighted by counts."))
        st.metric(_("Largest gap"), ratio(found.largest))
        st.markdown(_said(match_result, found))
        _show_working(found)
    clicked = clicked_point(event)
    if clicked:
        rows = np.flatnonzero(found.bin_of == clicked[0])
        show_cases(state, [Case(int(match_result.partner[row]), int(match_result.found[row])) for row in rows])


def _said(match_result: MatchResult, found: Calibration) -> str:
    kept = kept_promise(match_result, found)
    words = _("The scores promise {scores} right of 100, and {right} are.").format(
        scores=number(100 * kept.promised, 0), right=number(100 * kept.right, 0)
    )
    said = {
        "kept": _("On average they keep their word."),
        "too sure": _("The detector is too sure."),
        "too modest": _("The detector is too modest."),
    }
    return words + " " + said[kept.verdict]


def _show_working(found: Calibration) -> None:
    with derivation("ECE"):
        latex(r"\text{ECE} = \sum_b \frac{n_b}{n} \, |p_b - \bar s_b|" + f" = {found.error:.4f}")
        rows = [
            {
                _("Bin"): f"{decimal(found.edges[row], 1)}–{decimal(found.edges[row + 1], 1)}",
                "n": str(found.counts[row]),
                _("mean score"): ratio(float(found.confidence[row])),
                _("correct"): ratio(float(found.precision[row])),
            }
            for row in np.flatnonzero(found.counts)
        ]
        show_table(rows)
        if found.outside:
            st.caption(_("Scores outside 0 to 1, left out: {n}.").format(n=number(found.outside, 0)))
