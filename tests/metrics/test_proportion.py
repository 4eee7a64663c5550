"""Intervals of shares and means of few values, against statsmodels and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, sem
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from vizcore.metrics.proportion import MeanInterval, mean_interval, wilson_interval


@pytest.mark.parametrize(("successes", "n"), [(0, 5), (3, 3), (18, 20), (90, 100)])
def test_wilson_as_in_statsmodels(successes: int, n: int) -> None:
    assert wilson_interval(successes, n) == pytest.approx(proportion_confint(successes, n, method="wilson"), abs=1e-12)


def test_of_nothing_everything_is_possible() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_the_interval_of_a_mean() -> None:
    assert mean_interval([0.25]) == MeanInterval(0.25, 0.0)
    assert mean_interval([1.0, 3.0]) == MeanInterval(
        2.0, pytest.approx(1.96, abs=1e-3)
    )  # deviation sqrt 2, over sqrt 2
    values = np.random.default_rng(0).random(30).tolist()
    low, high = norm.interval(0.95, loc=np.mean(values), scale=sem(values))
    found = mean_interval(values)
    assert (found.mean - found.half, found.mean + found.half) == pytest.approx((low, high))
