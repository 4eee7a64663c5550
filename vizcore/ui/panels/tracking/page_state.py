"""What does the page measure now: tracks, their truth, and what they are called?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vizcore.metrics.tracking.matching import Rules
from vizcore.metrics.tracking.report import TrackingReport, evaluate_tracking
from vizcore.metrics.tracking.tables import TrackingData
from vizcore.provenance import versions
from vizcore.results import Provenance
from vizcore.tracking.clip import Clip

KEY = "tracking"
IOU = 0.5


@dataclass(frozen=True, eq=False)
class PageState:
    """key: names truth and tracks, for what is kept of them; the part of widget keys that belongs to this source is
    its first. clip: where there are pictures. settings: what made the tracks, for their provenance."""

    key: tuple[Any, ...]
    data: TrackingData
    clip: Clip | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    model: str = ""

    @property
    def source(self) -> str:
        return str(self.key[0])

    def provenance(self) -> Provenance:
        """Of numbers about these tracks."""
        return Provenance(
            operation="evaluate_tracking",
            model=self.model,
            photos_sha256=(self.clip.sha256,) if self.clip else (),
            settings={**self.settings, "iou": IOU},
            versions=versions(),
        )


def report_of(state: PageState, rules: Rules = "trackeval") -> TrackingReport:
    """The scores with their working, kept while the tracks stay."""
    return _report((*state.key, rules), rules, state.data)


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _report(key: tuple[Any, ...], rules: Rules, _data: TrackingData) -> TrackingReport:
    return evaluate_tracking(_data, IOU, rules)
