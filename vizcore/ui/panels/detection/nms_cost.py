"""What does a wrong threshold cost? Counts of boxes and of likely duplicates for every NMS and score threshold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.detection.choosing import DUPLICATE_IOU, choose, duplicates, missing
from vizcore.figures.boxes import draw_boxes
from vizcore.figures.suppression import count_curves
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.pictures import encode_jpeg
from vizcore.ui.charts import show_chart
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.ui.photo_names import photo_name
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    from vizcore.detection.choosing import ChoiceSettings

THRESHOLDS = tuple(place / 20 for place in range(21))
SCORES = tuple(place / 20 for place in range(1, 20))
LOW, HIGH = 0.1, 0.95
PICTURE_SIDE = 512


def show(each: Proposed, settings: ChoiceSettings) -> None:
    """Two curves, and the photo under a low threshold, the chosen one, and a high one."""
    st.subheader(_("What a wrong threshold costs"), anchor=False)
    _show_curves(each, settings)
    if settings.method != "soft_gaussian":
        _show_extremes(each, settings)


def _show_curves(each: Proposed, settings: ChoiceSettings) -> None:
    by_iou = [choose(each.candidates, replace(settings, iou=iou)) for iou in THRESHOLDS]
    by_score = [choose(each.candidates, replace(settings, score=score)) for score in SCORES]
    left, right = st.columns(2)
    for column, thresholds, chosen, now, axis, key in (
        (left, THRESHOLDS, by_iou, settings.iou, _("NMS: largest IoU"), "iou"),
        (right, SCORES, by_score, settings.score, _("Least score"), "score"),
    ):
        lines = {
            _("boxes"): [len(found) for found in chosen],
            _("likely duplicates"): [duplicates(found) for found in chosen],
        }
        with column:
            show_chart(
                count_curves(thresholds, lines, now=now, axis=axis, family=each.card.family, dark=dark_now()),
                key=f"detection.cost.{key}",
                alt=_("Boxes that stay, against: {axis}").format(axis=axis),
            )
    st.caption(
        _(
            "A likely duplicate overlaps a better box of its class by an IoU of more than {iou}. Without the truth "
            "nobody can say which of them are second objects: people in a crowd overlap too."
        ).format(iou=number(DUPLICATE_IOU, 2))
    )


def _show_extremes(each: Proposed, settings: ChoiceSettings) -> None:
    titles = {
        LOW: _("A low threshold"),
        settings.iou: _("As chosen"),
        HIGH: _("A high threshold"),
    }
    chosen = each.chosen(settings)
    for column, (iou, title) in zip(st.columns(len(titles)), titles.items(), strict=True):
        found = each.chosen(replace(settings, iou=iou))
        with column:
            st.markdown(f"**{title}**")
            st.image(
                encode_jpeg(draw_boxes(each.photo, found, "none", longest_side=PICTURE_SIDE)),
                width="stretch",
                alt=f"{title}, {visible(photo_name(each.photo))}",
            )
            st.caption(
                _("IoU {iou}: {n}, {twice}, {lost} of the chosen boxes lost").format(
                    iou=number(iou, 2),
                    n=counted("box", len(found)),
                    twice=counted("duplicate", duplicates(found)),
                    lost=number(missing(chosen, found), 0),
                )
            )
