"""What does the page measure now? A set of pictures with its truth, what a detector found, and where both came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.match_result import MatchResult, match_result_at
from vizcore.metrics.detection.pairs import Pairs, boxes_in_pairs
from vizcore.photo import Photo
from vizcore.ui.panels.measured_data import MeasuredData

KEY = "detection_metrics"


@dataclass(frozen=True, eq=False)
class PageState(MeasuredData[DetectionData]):
    """A set of pictures with the boxes that a detector found. title: of the detector.

    attached: photos that the visitor added to two files, by the picture's row; other sets have all of theirs in photos.
    """

    operation = "evaluate_detections"

    attached: Mapping[int, Photo] = field(default_factory=dict)


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
