"""What does the page measure now? A set of pictures with its truth, what a detector found, and where both came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.match_result import MatchResult, match_result_at
from vizcore.metrics.detection.pairs import Pairs, boxes_in_pairs
from vizcore.photo import Photo
from vizcore.provenance import versions
from vizcore.results import Provenance

KEY = "detection_metrics"
PLAIN = {"displayModeBar": False}


@dataclass(frozen=True, eq=False)
class PageState:
    """key: names truth and detections, for what is kept of them. photos: where the pictures are at hand.

    title: of the detector. settings: what made the set, for its provenance. model, weights_sha256: of a loaded one.
    """

    key: tuple[Any, ...]
    data: DetectionData
    photos: tuple[Photo, ...]
    title: str
    settings: dict[str, Any]
    model: str = ""
    weights_sha256: str = ""

    def provenance(self, **settings: Any) -> Provenance:
        """Of numbers about this set."""
        return Provenance(
            operation="evaluate_detections",
            model=self.model,
            weights_sha256=self.weights_sha256,
            photos_sha256=tuple(photo.sha256 for photo in self.photos),
            settings={**self.settings, **settings},
            seed=self.settings.get("seed"),
            versions=versions(),
        )


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
