"""Section: a second detector on the same truth, as a difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from vizcore.figures.error_types import difference_bars
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import decimal, number, signed
from vizcore.metrics.detection.coco_definitions import NAMES
from vizcore.metrics.detection.coco_files import read_found
from vizcore.metrics.detection.coco_summary import coco_statistics
from vizcore.metrics.detection.comparison import DetectorDifference, compare_detectors
from vizcore.metrics.detection.scene_dataset import SceneDataset
from vizcore.settings import current
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.detection_metrics.detectors import WORSE, detector, synthetic
from vizcore.ui.panels.detection_metrics.page_state import KEY, PageState, choose_iou, class_words, ratio
from vizcore.ui.panels.detection_metrics.pictures import Case, show_cases
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now

MOST_BARS = 20
OBJECTS_WIDTH = 155  # of a count of objects with its name, in pixels
SECONDS = {
    "synthetic": N_("Synthetic detector"),
    "detector": N_("A loaded detector"),
    "files": N_("Another file of detections"),
}


def show(state: PageState) -> None:
    """Choice of B, the difference of the numbers, of classes, and of objects."""
    other: PageState | None = None
    with errors_shown():
        other = _choose_second(state)
    if other is None:
        return
    left, right = st.columns(2)
    with left:
        score = st.slider(_("Score threshold"), 0.0, 1.0, 0.5, 0.01, **url_state.bound(f"{KEY}.score"))
    with right:
        iou = choose_iou()
    difference = _difference((state.key, other.key, iou, score), state, other, iou, score)
    bars, table = st.columns(2)
    with table:
        _show_table(state, other)
    with bars:
        _show_classes(state, difference)
    _say(state, other, difference, iou)
    _show_objects(state, other, difference)


def _choose_second(state: PageState) -> PageState | None:
    kinds = ["synthetic", *(["detector"] if state.photos else ["files"])]
    texts = {kind: _(SECONDS[kind]) for kind in kinds}
    kind = choices.choose_one(_("Detector B"), texts, key=f"{KEY}.second", default="synthetic")
    base = SceneDataset(state.photos, state.data)
    if kind == "detector":
        return detector(base, "b")
    if kind == "synthetic":
        return synthetic(base, "b", WORSE, state.key)
    limit = int(current().evaluation_limit_mb)
    file = st.file_uploader(_("Detections of B (COCO results JSON)"), key=f"{KEY}.bfound", max_upload_size=limit)
    if file is None:
        return None
    content = file.getvalue()
    return PageState(
        (state.key, hash(content)), read_found(state.data, content), state.photos, "B", {}, attached=state.attached
    )


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _difference(key: tuple[Any, ...], _a: PageState, _b: PageState, iou: float, score: float) -> DetectorDifference:
    return compare_detectors(_a.data, _b.data, iou=iou, score=score)


def _say(state: PageState, other: PageState, found: DetectorDifference, iou: float) -> None:
    if not np.isfinite(found.mean_ap):
        st.info(_("There is no object to find, so there is no difference."), icon=":material/info:")
        return
    st.metric(
        f"mAP@{decimal(iou, 2)}, B − A", signed(100 * found.mean_ap),
        help=_("In points; the interval comes from drawing the pictures anew 300 times (bootstrap)."),
    )  # fmt: skip
    names = {"a": escaped(state.title), "b": escaped(other.title)}
    span = _("95 % interval {low} to {high} points").format(low=signed(100 * found.low), high=signed(100 * found.high))
    if found.low <= 0 <= found.high:
        st.markdown(_("**No clear winner** between {a} and {b}: {span} includes 0.").format(**names, span=span))
    elif found.mean_ap > 0:
        st.markdown(_("**{b}** is better than {a} on these pictures ({span}).").format(**names, span=span))
    else:
        st.markdown(_("**{a}** is better than {b} on these pictures ({span}).").format(**names, span=span))


def _show_table(state: PageState, other: PageState) -> None:
    first, second = (_stats((each.key, place), each) for place, each in enumerate((state, other)))
    rows: list[dict[str, downloads.Cell]] = []
    shown = []
    for name, a, b in zip(NAMES, first.tolist(), second.tolist(), strict=True):
        known = a > -1 and b > -1
        rows.append({"metric": name, "a": a, "b": b, "difference": b - a if known else None})
        gap = signed(100 * (b - a)) if known else "–"
        shown.append({_("Metric"): name, "A": ratio(a), "B": ratio(b), _("B − A, points"): gap})
    show_table(shown)
    downloads.download_csv(rows, name="comparison", key=f"{KEY}.comparison.csv")


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _stats(key: tuple[Any, ...], _state: PageState) -> np.ndarray:
    return coco_statistics(_state.data)


def _show_classes(state: PageState, found: DetectorDifference) -> None:
    order = found.largest_differences(MOST_BARS)
    if not len(order):
        return
    words, names = _("AP of each class, B − A, in points"), class_words(state)
    figure = difference_bars(
        [names[row] for row in order],
        (100 * found.class_ap[order]).tolist(),
        axis=words,
        dark=dark_now(),
    )
    show_chart(figure, key=f"{KEY}.difference", alt=words)


def _show_objects(state: PageState, other: PageState, found: DetectorDifference) -> None:
    cells = {
        "both": (_("Found by both"), found.objects(True, True)),
        "only_a": (_("Only by A"), found.objects(True, False)),
        "only_b": (_("Only by B"), found.objects(False, True)),
        "none": (_("By neither"), found.objects(False, False)),
    }
    show_metrics((Cell(words, number(len(rows), 0)) for words, rows in cells.values()), width=OBJECTS_WIDTH)
    texts = {"": "–", **{key: title for key, (title, _rows) in cells.items()}}
    if kind := choices.choose_one(_("Show these objects"), texts, key=f"{KEY}.found_by", default=""):
        show_cases(state, [Case(int(row), -1, cells[kind][0]) for row in cells[kind][1]])
