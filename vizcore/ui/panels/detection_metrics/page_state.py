"""What do the sections share: the set that is measured, the IoU from which a box is right, how ratios are written?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vizcore.i18n import _, numbers
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.match_result import MatchResult, match_result_at
from vizcore.metrics.detection.pairs import Pairs, boxes_in_pairs
from vizcore.photo import Photo
from vizcore.ui import url_state
from vizcore.ui.panels.detection_metrics.class_headings import words_of_classes
from vizcore.ui.panels.measured_data import MeasuredData

KEY = "detection_metrics"


@dataclass(frozen=True, eq=False)
class PageState(MeasuredData[DetectionData]):
    """A set of pictures with the boxes that a detector found. title: of the detector.

    attached: photos that the visitor added to two files, by the picture's row; other sets have all of theirs in photos.
    """

    operation = "evaluate_detections"

    attached: Mapping[int, Photo] = field(default_factory=dict)

    @property
    def all_photos(self) -> Sequence[Photo]:
        """The photo of each picture, in order; none where one is missing."""
        places = range(len(self.data.pictures))
        attached = [self.attached[place] for place in places if place in self.attached]
        return self.photos or (attached if len(attached) == len(places) else ())


def match_result_of(state: PageState, iou: float) -> MatchResult:
    """The matches at one IoU threshold, kept while the set stays."""
    return _judged((*state.key, iou), iou, state.data)


def near_pairs_of(state: PageState, iou: float) -> Pairs:
    """All detections and true boxes of any class whose IoU reaches the threshold, kept while the set stays."""
    return _near((*state.key, iou), iou, state.data)


@st.cache_data(max_entries=4, show_spinner=False, scope="session")
def _near(key: tuple[Any, ...], iou: float, _data: DetectionData) -> Pairs:
    return boxes_in_pairs(_data.truth, _data.found, same_class=False, at_least=iou)


@st.cache_data(max_entries=12, show_spinner=False, scope="session")
def _judged(key: tuple[Any, ...], iou: float, _data: DetectionData) -> MatchResult:
    return match_result_at(_data, iou)


def choose_iou() -> float:
    """The IoU threshold, 0.50 to 0.95, the same in all sections."""
    value = st.slider(
        _("IoU threshold"), 0.5, 0.95, 0.5, 0.05, help=_("A box is right from this IoU with its object on."),
        **url_state.bound(f"{KEY}.iou"),
    )  # fmt: skip
    return round(float(value), 2)


def class_words(state: PageState) -> list[str]:
    """The classes as the visitor reads them, in the set's order, no two alike; files keep the labels."""
    return words_of_classes(state.data)


def ratio(value: float | None, decimals: int = 3) -> str:
    """0.8333 -> "0.833"; a dash where there is no value (None, NaN, COCO's -1)."""
    return numbers.ratio(None if value == -1 else value, decimals)
