"""Section: does the number hold for small objects, crowded and dark pictures? A mean over all hides it."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from vizcore.figures.share_table import share_table
from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.i18n.pieces import named
from vizcore.metrics.detection.slices import Slice, slices, weakest_of
from vizcore.ui import downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.fragments import fragment
from vizcore.ui.panels.detection_metrics.page_state import KEY, PageState, choose_iou, ratio
from vizcore.ui.panels.detection_metrics.pictures import Case, show_cases
from vizcore.ui.tables import show_table

TRAITS = {
    "size": N_("Size of the object"),
    "crowding": N_("Objects in the picture"),
    "brightness": N_("Brightness of the picture"),
}
PARTS = {
    "small": N_("small (under 32² px)"),
    "medium": N_("medium (32² to 96² px)"),
    "large": N_("large (over 96² px)"),
}


def show(state: PageState) -> None:
    """The slices in a table, the weakest in words, and its pictures."""
    fragment(lambda: _show(state))


def _show(state: PageState) -> None:
    left, right = st.columns(2)
    with left:
        score = st.slider(_("Score threshold"), 0.0, 1.0, 0.5, 0.01, **url_state.bound(f"{KEY}.score"))
    with right:
        iou = choose_iou()
    seen = tuple(photo.sha256 for photo in state.all_photos)
    found = _sliced((*state.key, seen, iou, score), state, iou, score)
    _show_figure(found)
    for trait in dict.fromkeys(each.trait for each in found):
        show_table([_row(each) for each in found if each.trait == trait])
    if not state.all_photos:
        words = _("Brightness needs the pictures themselves; of {total}, {n} are here.")
        st.caption(words.format(n=number(len(state.attached), 0), total=counted("picture", len(state.data.pictures))))
    st.caption(_("n: objects; P, R: precision and recall at the score threshold; mAP at the IoU threshold."))
    st.caption(_("COCO's sizes share their bounds: an object of exactly 32² or 96² px is in both of its rows."))
    st.caption(_("Crowding and brightness cut the pictures into thirds; equal ones stay together."))
    _show_weakest(state, found)
    downloads.download_csv([_record(each) for each in found], name="slices", key=f"{KEY}.slices.csv")


def _show_figure(found: list[Slice]) -> None:
    """All slices at one look: what is dark is weak."""
    rows = [named(_(TRAITS[each.trait]), f"{part_words(each)} (n = {number(each.objects, 0)})") for each in found]
    shares = np.array([[each.mean_ap, each.counts.precision, each.counts.recall] for each in found], np.float64)
    alt = _("mAP, precision and recall of each slice in per cent")
    figure = share_table(shares, rows, ["mAP", _("Precision"), _("Recall")])
    show_chart(figure, key=f"{KEY}.slices.figure", alt=alt)


@st.cache_data(max_entries=16, show_spinner=False, scope="session")
def _sliced(key: tuple[Any, ...], _state: PageState, iou: float, score: float) -> list[Slice]:
    return slices(_state.data, _state.all_photos, iou=iou, score=score)


def part_words(each: Slice) -> str:
    """ "3 to 5", "12% to 40%" or the size in words."""
    if each.trait == "size":
        return _(PARTS[each.part])
    write = percent if each.trait == "brightness" else number
    low, high = (write(value, 0) for value in (each.low, each.high))
    return low if low == high else _("{low} to {high}").format(low=low, high=high)


def _row(each: Slice) -> dict[str, str]:
    return {
        _(TRAITS[each.trait]): part_words(each),
        "n": number(each.objects, 0),
        "mAP": ratio(each.mean_ap, 2),
        "P": ratio(each.counts.precision, 2),
        "R": ratio(each.counts.recall, 2),
    }


def _record(each: Slice) -> dict[str, downloads.Cell]:
    return {
        "trait": each.trait,
        "part": each.part,
        "low": each.low,
        "high": each.high if np.isfinite(each.high) else None,
        "pictures": len(each.pictures),
        "objects": each.objects,
        "map": each.mean_ap if np.isfinite(each.mean_ap) else None,
        "precision": each.counts.precision,
        "recall": each.counts.recall,
    }


def _show_weakest(state: PageState, found: list[Slice]) -> None:
    weakest = weakest_of(found)
    if weakest is None:
        return
    st.markdown(
        _("Weakest: **{trait}, {part}**, mAP {ap} on {n}. Few objects make a shaky number.").format(
            trait=_(TRAITS[weakest.trait]),
            part=part_words(weakest),
            ap=ratio(weakest.mean_ap),
            n=counted("object", weakest.objects),
        )
    )
    with st.expander(_("Objects of this slice"), icon=":material/photo_library:"):
        show_cases(state, [Case(int(row), -1, _("object")) for row in weakest.rows_of(state.data.truth)])
