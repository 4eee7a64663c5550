"""Section: precision against recall, five ways to make one number of it, and COCO's twelve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from vizcore.figures.precision_recall import class_curves, convention_curve
from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import decimal, number, signed
from vizcore.i18n.pieces import joined
from vizcore.metrics.detection.average_precision import (
    CONVENTIONS,
    AveragePrecisions,
    PrecisionRecall,
    average_precisions,
    curves_of_classes,
)
from vizcore.metrics.detection.coco_definitions import STATISTICS, Statistic
from vizcore.metrics.detection.coco_summary import LARGE, coco_statistics
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.ui import choices, downloads, url_refusals, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.fragments import fragment
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.detection_metrics.class_headings import class_headings
from vizcore.ui.panels.detection_metrics.page_state import (
    KEY,
    PageState,
    choose_iou,
    class_words,
    match_result_of,
    ratio,
)
from vizcore.ui.panels.detection_metrics.pictures import Case, show_cases
from vizcore.ui.panels.detection_metrics.threshold import choose_score, clicked_point
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.ui.told import told

MOST_CURVES = 8
CONVENTION_WIDTH = 148  # of a rule's number with its name, in pixels
CONVENTION_WORDS = {
    "voc07": (
        "VOC 2007",
        N_("mean of the best precision at 11 recalls, 0, 0.1 … 1: coarse, every step counts a lot"),
    ),
    "voc": (
        "VOC 2010",
        N_("exact area under the steps; a box nearest to a taken object is false, though another one is free"),
    ),
    "coco": (
        "COCO",
        N_("mean at 101 recalls; a box may take the next free object; at most 100 boxes of a class in a picture"),
    ),
    "ultralytics": (
        "Ultralytics",
        N_(
            "straight lines instead of steps, drawn on to (1, 0): adds area beyond the last recall reached, most of all"
            " on few boxes; a perfect detector gets 0.995"
        ),
    ),
    "ultralytics-closed": (
        "Ultralytics 8.4.190",
        N_("the same lines, but down to 0 at the last recall reached: nothing is added beyond it"),
    ),
}
CHART, CLASSES, BOX = f"{KEY}.pr", f"{KEY}.classes", f"{KEY}.box"


def show(state: PageState) -> None:
    """All of it, in a part of the page that refreshes alone."""
    fragment(lambda: _show(state))


def _show(state: PageState) -> None:
    tuning, marking, filtering = st.columns([1, 1, 2])
    with tuning:
        iou = choose_iou()
    with marking:
        score = choose_score()
    curves = _curves((*state.key, iou), iou, state.data)
    if not curves:
        st.info(_("There is no class with objects, so there is no curve."), icon=":material/info:")
    else:
        _show_curves(state, curves, (iou, score), filtering)
        _show_conventions(state, curves, iou)
    _show_twelve(state)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _curves(key: tuple[Any, ...], iou: float, _data: DetectionData) -> dict[str, PrecisionRecall]:
    """Curves of the classes with objects by their headings, the most frequent first."""
    found, headings = curves_of_classes(_data, iou, most=40), class_headings(_data)
    return {headings[row]: curve for row, curve in found.items()}


def _words_of(state: PageState, names: Iterable[str]) -> dict[str, str]:
    """These classes as they are shown."""
    shown = dict(zip(class_headings(state.data), class_words(state), strict=True))
    return {name: visible(shown[name]) for name in names}


def _show_curves(
    state: PageState, curves: Mapping[str, PrecisionRecall], at: tuple[float, float], filtering: Any
) -> None:
    iou, score = at
    names = list(curves)
    url_state.belongs_to(CLASSES, frozenset(names))  # another data set has other classes: its choice begins anew
    with filtering:
        texts = _words_of(state, names)
        shown = choices.choose_some(_("Classes"), texts, key=CLASSES, default=names[:3], most=MOST_CURVES)
    figure = class_curves([(name, curves[name]) for name in shown], score=score, dark=dark_now())
    words = _(
        "Precision against recall: a dot is right, a cross false, the ring is the threshold. Click one to see it."
    )
    show_chart(figure, key=CHART, alt=words, on_select=told(CHART, _keep_clicked), selection_mode="points")
    st.caption(words)
    _show_box(state, iou)


def _keep_clicked(event: Any) -> None:
    """A click on a dot of a curve chooses its detection, one beside them none."""
    clicked = clicked_point(event)
    url_state.remember_place(BOX, clicked[0] if clicked else None)


def _show_box(state: PageState, iou: float) -> None:
    """The chosen detection on its picture, with the object that it was matched to."""
    count = len(state.data.found)
    url_state.belongs_to(BOX, state.key)
    row = url_state.remembered_place(BOX, count)
    url_refusals.say(BOX, url_state.places(count))
    if row is not None:
        show_cases(state, [Case(match_result_of(state, iou).partner_of(row), row)])


def _show_conventions(state: PageState, curves: Mapping[str, PrecisionRecall], iou: float) -> None:
    st.subheader(_("One curve, five numbers"), anchor=False)
    found = {name: _averages(state.key, name, iou, state.data) for name in CONVENTIONS}
    means = {name: float(each.mean[0]) for name, each in found.items()}
    gaps = {name: None if name == "coco" else signed(100 * (value - means["coco"])) for name, value in means.items()}
    show_metrics(
        (Cell(CONVENTION_WORDS[name][0], ratio(value, 4), change=gaps[name]) for name, value in means.items()),
        width=CONVENTION_WIDTH,
    )
    st.caption(
        _("mAP at IoU {iou}; under each number the points by which it differs from COCO's.").format(iou=number(iou, 2))
    )
    show_table([{_("Rule"): title, _("Why it differs"): _(reason)} for title, reason in CONVENTION_WORDS.values()])
    _show_one_class(state, curves, found)
    table: list[dict[str, downloads.Cell]] = [
        {"class": name, "iou": iou, **{rule: _or_none(each.values[row, 0]) for rule, each in found.items()}}
        for row, name in enumerate(class_headings(state.data))
    ]
    downloads.download_csv(table, name="average-precision", key=f"{KEY}.ap.csv", label=_("AP of each class (CSV)"))


@st.cache_data(max_entries=40, show_spinner=False, scope="session")
def _averages(key: tuple[Any, ...], convention: str, iou: float, _data: DetectionData) -> AveragePrecisions:
    return average_precisions(_data.truth, _data.found, len(_data.class_names), convention, (iou,))


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _show_one_class(
    state: PageState, curves: Mapping[str, PrecisionRecall], found: Mapping[str, AveragePrecisions]
) -> None:
    with derivation(_("AP of one class")):
        texts = _words_of(state, curves)
        name = choices.choose_from(_("Class"), texts, key=f"{KEY}.class", default=next(iter(curves)))
        curve, row = curves[name], class_headings(state.data).index(name)
        words = _("The curve of {name} as each rule reads it").format(name=texts[name])
        show_chart(convention_curve(curve, dark=dark_now()), key=f"{KEY}.rules", alt=words)
        boxes = len(curve.found)
        st.markdown(
            _("**{name}**: {objects}, {boxes}, {true} of them right.").format(
                name=escaped(texts[name]),
                objects=counted("object", curve.positives),
                boxes=counted("detection", boxes),
                true=int(curve.right.sum()),
            )
        )
        values = {rule: float(each.values[row, 0]) for rule, each in found.items()}
        latex(r"\text{VOC 2007} = \tfrac{1}{11}\sum_{r \in \{0, .1, \dots, 1\}} \max_{r' \ge r} P(r')"
                 rf" = {values['voc07']:.4f}")  # fmt: skip
        latex(r"\text{VOC 2010} = \sum_k (r_k - r_{k-1}) \max_{r' \ge r_k} P(r')" rf" = {values['voc']:.4f}")
        latex(r"\text{COCO} = \tfrac{1}{101}\sum_{r \in \{0, .01, \dots, 1\}} \max_{r' \ge r} P(r')"
                 rf" = {values['coco']:.4f}")  # fmt: skip
        latex(rf"\text{{Ultralytics}} = \int_0^1 \hat P(r)\,dr = {values['ultralytics']:.4f}")
        show_table(_steps(curve))
        if boxes > 20:
            st.caption(_("The first 20 of {n} detections are listed.").format(n=number(boxes, 0)))


def _steps(curve: PrecisionRecall) -> list[dict[str, str]]:
    true = curve.true_so_far
    return [
        {
            "#": str(place + 1),
            _("Score"): ratio(float(curve.scores[place])),
            _("Right?"): _("yes") if curve.right[place] else _("no"),
            _("Precision"): f"{true[place]}/{place + 1} = {decimal(curve.precision[place], 3)}",
            _("Recall"): f"{true[place]}/{curve.positives} = {decimal(curve.recall[place], 3)}",
        }
        for place in range(min(20, len(curve.found)))
    ]


def _show_twelve(state: PageState) -> None:
    st.subheader(_("COCO's twelve numbers"), anchor=False)
    stats = _twelve(state.key, state.data)
    show_metrics(
        Cell(each.name, ratio(float(value)), explained(each)) for each, value in zip(STATISTICS, stats, strict=True)
    )
    st.caption(
        _("AP averages precision over recalls, AR is the recall reached. A dash: nothing of this kind is to be found.")
    )
    if len(state.data.found) >= LARGE:
        st.caption(_("Counted by hotcoco, because this set is large; the numbers are the same."))


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _twelve(key: tuple[Any, ...], _data: DetectionData) -> np.ndarray:
    return coco_statistics(_data)


def explained(each: Statistic) -> str:
    """Which IoU, which areas, how many boxes."""
    areas = {
        "all": _("objects of every size"),
        "small": _("objects under 32² pixels"),
        "medium": _("objects of 32² to 96² pixels"),
        "large": _("objects over 96² pixels"),
    }
    at = _("mean over IoU 0.50 to 0.95") if each.iou is None else _("IoU {iou}").format(iou=number(each.iou, 2))
    boxes = _("at most {n} of a class in a picture").format(n=counted("box", each.limit))
    return joined([at, areas[each.area], boxes])
