"""The pictures behind a number: right, false and missed boxes on the photo, or on an empty sheet without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.confusion import crop_around, judged_picture
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.metrics.detection.cases import by_verdict, picture_of, picture_pairs
from vizcore.metrics.detection.operating_point import Confusion
from vizcore.pictures import encode_jpeg
from vizcore.ui.markdown_escape import escaped_for_column, visible
from vizcore.ui.panels.detection_metrics.class_headings import words_of_matrix
from vizcore.ui.panels.detection_metrics.page_state import PageState, ratio

MOST = 8
WIDTH = 230
CROP_WIDTH = 150
BLANK, BLANK_SIDE = 226, 640


@dataclass(frozen=True)
class Case:
    """One box of interest: rows of the truth and of the detections, -1 for none.

    words: what it is; an object alone with words is shown as such, whether it was found or not. wrong: the box is
    false though it may have its object's class. taken: the object was found by another box.
    """

    truth: int
    found: int
    words: str = ""
    wrong: bool = False
    taken: bool = False

    def picture(self, state: PageState) -> int:
        """The row of its picture."""
        return picture_of(state.data, (self.truth, self.found))


def show_cases(state: PageState, cases: Sequence[Case]) -> None:
    """Each case on its own picture, its boxes alone, with class and score."""
    with st.container(horizontal=True, gap="small"):
        for case in cases[:MOST]:
            with st.container(width=WIDTH, gap="xsmall"):
                place = case.picture(state)
                words = words_of(state, case)
                st.image(_drawn(state, place, [case]), width="stretch", alt=visible(words, longest=90))
                st.markdown(f":small[{escaped_for_column(words, longest=90)}]")
    if len(cases) > MOST:
        st.caption(_("The first {n} of {total} are shown.").format(n=MOST, total=number(len(cases), 0)))
    if any(not case.words or case.found >= 0 for case in cases):
        show_legend()


def show_picture(state: PageState, place: int, confusion: Confusion) -> None:
    """One picture with all its boxes at an operating point."""
    data = state.data
    rows = [Case(*pair) for pair in picture_pairs(data, confusion, place)]
    alt = _("Picture {name} with its true and found boxes").format(name=visible(data.pictures.names[place]))
    st.image(_drawn(state, place, rows), width="stretch", alt=alt)


def show_crops(state: PageState, cases: Sequence[Case]) -> None:
    """Each case cut out of its picture with something around it, so that small boxes are seen."""
    with st.container(horizontal=True, gap="small"):
        for case in cases[:MOST]:
            with st.container(width=CROP_WIDTH, gap="xsmall"):
                words = words_of(state, case)
                st.image(encode_jpeg(cropped(state, case)), width="stretch", alt=visible(words, longest=90))
                st.markdown(f":small[{escaped_for_column(words, longest=90)}]")
    if not cases:
        st.caption(_("There are none at this threshold."))
    if len(cases) > MOST:
        st.caption(_("The first {n} of {total} are shown.").format(n=MOST, total=number(len(cases), 0)))


def cropped(state: PageState, case: Case) -> NDArray[np.uint8]:
    """The case's boxes on their picture, cut to them and half of their size around, (h, w, 3)."""
    place = case.picture(state)
    rgb, scale = _marked(state, place, [case])
    tables = ((state.data.truth, case.truth), (state.data.found, case.found))
    boxes = np.array([table.boxes_xyxy[row] for table, row in tables if row >= 0]) * scale
    return crop_around(rgb, boxes)


def show_legend() -> None:
    """What the colours stand for."""
    legend = {
        IN_BOTH: _("correct"),
        TOO_MUCH: _("false (dashed)"),
        MISSED: _("not found"),
    }
    st.markdown(":small[" + " · ".join(f':color[■]{{foreground="{c}"}} {words}' for c, words in legend.items()) + "]")


def words_of(state: PageState, case: Case) -> str:
    """ "cat → dog 0.83 · scene-4"."""
    data, names = state.data, words_of_matrix(state.data)
    truth = names[data.truth.classes[case.truth] if case.truth >= 0 else -1]
    found = (
        f"{names[data.found.classes[case.found]]} {ratio(float(data.found.scores[case.found]), 2)}"
        if case.found >= 0
        else _("not found")
    )
    what = truth if case.words and case.found < 0 else f"{truth} → {found}"
    pieces = [what, data.pictures.names[case.picture(state)], case.words]
    return " · ".join(piece for piece in pieces if piece)


def _drawn(state: PageState, place: int, cases: Sequence[Case]) -> bytes:
    return encode_jpeg(_marked(state, place, cases)[0])


def _marked(state: PageState, place: int, cases: Sequence[Case]) -> tuple[NDArray[np.uint8], float]:
    """The picture with the cases' boxes in their colours, and its scale; a small one was enlarged."""
    truth, found = state.data.truth, state.data.found
    right, wrong, lost = by_verdict(state.data, [(case.truth, case.found) for case in cases if not case.wrong])
    mistakes = [case for case in cases if case.wrong]
    rgb, scale = _sheet(state, place)

    def boxes(table: Any, rows: Sequence[int]) -> NDArray[np.float64]:
        return np.asarray(table.at(np.array(rows, dtype=np.int64)).boxes_xyxy * scale)

    picture = judged_picture(
        rgb,
        boxes(found, [row for _truth, row in right]),
        boxes(truth, [row for row, _found in lost] + _targets(mistakes, taken=False)),
        boxes(found, [row for _truth, row in wrong] + [case.found for case in mistakes]),
        boxes(truth, [row for row, _found in right] + _targets(mistakes, taken=True)),
    )
    return picture, scale * picture.shape[1] / rgb.shape[1]


def _targets(mistakes: Sequence[Case], *, taken: bool) -> list[int]:
    return [case.truth for case in mistakes if case.truth >= 0 and case.taken == taken]


def _sheet(state: PageState, place: int) -> tuple[NDArray[np.uint8], float]:
    """The photo, or a grey sheet of the picture's shape no larger than `BLANK_SIDE`, and its scale."""
    if state.photos:
        return state.photos[place].rgb, 1.0
    data = state.data
    if place in state.attached:
        photo, width = state.attached[place], int(data.pictures.sizes_wh[place][0])
        return photo.rgb, photo.width / width if width > 0 else 1.0
    size = data.pictures.sizes_wh[place].astype(float)
    if not (size > 0).all():
        edges = [table.boxes_xyxy[table.images == place][:, 2:] for table in (data.truth, data.found)]
        size = np.concatenate([*edges, np.ones((1, 2))]).max(axis=0)
    scale = min(1.0, BLANK_SIDE / size.max())
    width, height = np.maximum(np.rint(size * scale), 1).astype(int)
    return np.full((height, width, 3), BLANK, np.uint8), scale
