"""Times of an overview: the warm-up apart, every pass kept, no kept answer."""

from __future__ import annotations

import numpy as np

from tests.tiny_models import noise_photo, tiny_cnn
from vizcore.engine.requests import Request
from vizcore.features.overview_time import OverviewTime, OverviewTimeSettings, time_overview
from vizcore.results import Provenance

PHOTO = noise_photo(100, 140)


def test_every_pass_is_kept_and_the_warm_up_is_apart() -> None:
    found = time_overview(tiny_cnn(), PHOTO, OverviewTimeSettings(warm_up=2, runs=5))
    assert (len(found.warm_up_ms), len(found.times_ms)) == (2, 5)
    assert (found.times_ms > 0).all()
    low, high = found.quartiles_ms
    assert low <= found.median_ms <= high


def test_median_and_quartiles_by_hand() -> None:
    found = OverviewTime(Provenance(), np.array([9.0, 1, 2, 4, 3]), np.zeros(1))
    assert (found.median_ms, found.quartiles_ms) == (3.0, (2.0, 4.0))


def test_another_series_is_another_request() -> None:
    keys = {Request(time_overview, "m", PHOTO, OverviewTimeSettings(series=each)).key for each in ("a", "b", "a")}
    assert len(keys) == 2
