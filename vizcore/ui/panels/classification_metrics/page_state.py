"""What does the page measure now? Scores with their truth, where they came from, and the pictures behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from vizcore.i18n.class_names import names_of_classes
from vizcore.metrics.classification.bootstrap import Bands, bootstrap_bands
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.classification.ranking import Ranking, rank
from vizcore.ui import url_state
from vizcore.ui.markdown_escape import visible
from vizcore.ui.names_apart import told_apart
from vizcore.ui.panels.measured_data import MeasuredData

KEY = "classification_metrics"
AGAINST = f"{KEY}.against"  # the class against the rest


class PageState(MeasuredData[ScoreSet]):
    """Scores of examples. photos: one for each example, or none. title: who scored."""

    operation = "classification_metrics"

    def example(self, row: int) -> str:
        """What an example is called."""
        return self.data.names[row] if self.data.names else f"#{row + 1}"


def class_words(data: ScoreSet) -> list[str]:
    """The classes as the visitor reads them, in the data's order, no two alike; files keep the labels."""
    return told_apart([visible(name) for name in names_of_classes(data.labels)])


def threshold_range(data: ScoreSet) -> tuple[float, float]:
    """The least and the largest threshold that is offered: 0 and 1 for probabilities, else those of the scores."""
    if data.are_probabilities:
        return 0.0, 1.0
    low, high = float(data.scores.min()), float(data.scores.max())
    return low, high if high > low else low + 1.0


def chosen_class(data: ScoreSet) -> int:
    """The place of the class that the page sets against the rest."""
    if len(data.labels) == 1:
        return 0
    url_state.belongs_to(AGAINST, data.labels)
    places = [str(place) for place in range(1, len(data.labels) + 1)]
    return int(url_state.remembered_one(AGAINST, allowed=places, default=places[0])) - 1


def ranking_of(state: PageState, column: int) -> Ranking:
    """Of one class against the rest, kept while the scores stay."""
    return _ranking((*state.key, column), column, state.data)


def bands_of(state: PageState, column: int) -> Bands:
    """Bootstrap bands of one class against the rest, kept while the scores stay."""
    return _bands((*state.key, column), column, state.data)


@st.cache_resource(max_entries=12, show_spinner=False, scope="session")
def _ranking(key: tuple[Any, ...], column: int, _data: ScoreSet) -> Ranking:
    return rank(_data.truth[:, column], _data.scores[:, column])


@st.cache_resource(max_entries=12, show_spinner=False, scope="session")
def _bands(key: tuple[Any, ...], column: int, _data: ScoreSet) -> Bands:
    truth, scores = _data.truth[:, column], np.asarray(_data.scores[:, column])
    return bootstrap_bands(truth, scores, resamples=200 if len(truth) <= 20_000 else 50)
