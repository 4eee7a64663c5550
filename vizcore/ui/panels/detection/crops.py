"""What lies in the boxes that two detectors agree or quarrel about? The whole photo, and a piece of it for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.agreement import CASE_COLOURS, crop_picture, draw_agreement
from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import number
from vizcore.i18n.pieces import named
from vizcore.pictures import encode_jpeg
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.ui.panels.detection.words import KIND_WORDS, kind_words, legend

if TYPE_CHECKING:
    from vizcore.detection.agreement import AgreementRow
    from vizcore.results import Detections

MOST_CROPS = 12
CROP_WIDTH = 150


def show_picture(a: Proposed, b: Proposed, boxes: tuple[Detections, Detections], rows: Sequence[AgreementRow]) -> None:
    """The photo with the boxes of these rows, coloured by case; A solid, B dashed."""
    st.image(
        encode_jpeg(draw_agreement(a.photo, *boxes, rows)),
        width="stretch",
        alt=_("Boxes of {a} and {b} by case").format(a=visible(a.card.title), b=visible(b.card.title)),
    )
    words = {CASE_COLOURS[kind]: kind_words(kind, a.card.title, b.card.title) for kind in KIND_WORDS}
    st.markdown(legend(words))
    st.caption(_("{a}: solid line; {b}: dashed line.").format(a=escaped(a.card.title), b=escaped(b.card.title)))


def show_crops(a: Proposed, b: Proposed, boxes: tuple[Detections, Detections], rows: Sequence[AgreementRow]) -> None:
    """The first rows as pieces of the photo."""
    with st.container(horizontal=True, gap="small"):
        for row in rows[:MOST_CROPS]:
            case, labels = kind_words(row.kind, a.card.title, b.card.title), labels_of(row)
            with st.container(width=CROP_WIDTH, gap="xsmall"):
                picture = crop_picture(a.photo, *boxes, row)
                st.image(encode_jpeg(picture), width="stretch", alt=visible(named(case, labels), longest=80))
                st.markdown(f":small[**{escaped(labels)}**  \n{escaped(case)} · IoU {number(row.iou, 2)}]")
    if len(rows) > MOST_CROPS:
        st.caption(_("The first {n} of {total} are shown.").format(n=MOST_CROPS, total=number(len(rows), 0)))


def labels_of(row: AgreementRow) -> str:
    """ "dog", or "dog / cat" where the two differ."""
    return " / ".join(dict.fromkeys(class_name(label) for label in (row.label_a, row.label_b) if label))
