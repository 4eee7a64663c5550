"""The pictures behind a number: right, false and missed boxes on the photo, or on an empty sheet without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.confusion import judged_picture
from vizcore.figures.theme import IN_BOTH, MISSED, TOO_MUCH
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.metrics.detection.operating_point import Confusion
from vizcore.pictures import encode_jpeg
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.detection_metrics.numbers import ratio
from vizcore.ui.panels.detection_metrics.page_state import PageState

MOST = 8
WIDTH = 230
BLANK, BLANK_SIDE = 226, 640


@dataclass(frozen=True)
class Case:
    """One box of interest: rows of the truth and of the detections, -1 for none.

    words: what it is; an object alone with words is shown as such, whether it was found or not.
    """

    truth: int
    found: int
    words: str = ""


def show_cases(state: PageState, cases: Sequence[Case]) -> None:
    """Each case on its own picture, its boxes alone, with class and score."""
    with st.container(horizontal=True, gap="small"):
        for case in cases[:MOST]:
            with st.container(width=WIDTH, gap="xsmall"):
                place = picture_of(state, case)
                words = words_of(state, case)
                st.image(_drawn(state, place, [case]), width=WIDTH, alt=visible(words, longest=90))
                st.markdown(f":small[{escaped(words, longest=90)}]")
    if len(cases) > MOST:
        st.caption(_("The first {n} of {total} are shown.").format(n=MOST, total=number(len(cases), 0)))
    if any(not case.words or case.found >= 0 for case in cases):
        show_legend()


def show_picture(state: PageState, place: int, confusion: Confusion) -> None:
    """One picture with all its boxes at an operating point."""
    data = state.data
    rows = [
        Case(int(truth), int(found))
        for truth, found in zip(confusion.truth, confusion.found, strict=True)
        if (data.truth.images[truth] if truth >= 0 else data.found.images[found]) == place
    ]
    alt = _("Picture {name} with its true and found boxes").format(name=visible(data.pictures.names[place]))
    st.image(_drawn(state, place, rows), width="stretch", alt=alt)


def show_legend() -> None:
    """What the colours stand for."""
    legend = {
        IN_BOTH: _("correct"),
        TOO_MUCH: _("false (dashed)"),
        MISSED: _("not found"),
    }
    st.markdown(":small[" + " · ".join(f':color[■]{{foreground="{c}"}} {words}' for c, words in legend.items()) + "]")


def picture_of(state: PageState, case: Case) -> int:
    """The row of the case's picture."""
    data = state.data
    return int(data.truth.images[case.truth] if case.truth >= 0 else data.found.images[case.found])


def words_of(state: PageState, case: Case) -> str:
    """ "cat → dog 0.83 · scene-4"."""
    data = state.data
    truth = data.class_names[data.truth.classes[case.truth]] if case.truth >= 0 else _("background")
    found = (
        f"{data.class_names[data.found.classes[case.found]]} {ratio(float(data.found.scores[case.found]), 2)}"
        if case.found >= 0
        else _("not found")
    )
    what = truth if case.words and case.found < 0 else f"{truth} → {found}"
    pieces = [what, data.pictures.names[picture_of(state, case)], case.words]
    return " · ".join(piece for piece in pieces if piece)


def _drawn(state: PageState, place: int, cases: Sequence[Case]) -> bytes:
    truth, found = state.data.truth, state.data.found
    right = [c for c in cases if c.truth >= 0 and c.found >= 0 and truth.classes[c.truth] == found.classes[c.found]]
    wrong = [c for c in cases if c.found >= 0 and c not in right]
    lost = [c for c in cases if c.truth >= 0 and c not in right]
    rgb, scale = _sheet(state, place)

    def boxes(table: Any, rows: Sequence[int]) -> NDArray[np.float64]:
        return np.asarray(table.at(np.array(rows, dtype=np.int64)).boxes_xyxy * scale)

    picture = judged_picture(
        rgb,
        boxes(found, [c.found for c in right]),
        boxes(truth, [c.truth for c in lost]),
        boxes(found, [c.found for c in wrong]),
        boxes(truth, [c.truth for c in right]),
    )
    return encode_jpeg(picture)


def _sheet(state: PageState, place: int) -> tuple[NDArray[np.uint8], float]:
    """The photo, or a grey sheet of the picture's shape no larger than `BLANK_SIDE`, and its scale."""
    if state.photos:
        return state.photos[place].rgb, 1.0
    data = state.data
    size = data.pictures.sizes_wh[place].astype(float)
    if not (size > 0).all():
        edges = [table.boxes_xyxy[table.images == place][:, 2:] for table in (data.truth, data.found)]
        size = np.concatenate([*edges, np.ones((1, 2))]).max(axis=0)
    scale = min(1.0, BLANK_SIDE / size.max())
    width, height = np.maximum(np.rint(size * scale), 1).astype(int)
    return np.full((height, width, 3), BLANK, np.uint8), scale
