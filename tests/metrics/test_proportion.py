"""Intervals of shares and means of few values, against statsmodels and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import sem
from scipy.stats import t as student
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from vizcore.metrics.proportion import MeanInterval, mean_interval, wilson_interval


@pytest.mark.parametrize(("successes", "n"), [(0, 5), (3, 3), (18, 20), (90, 100)])
def test_wilson_as_in_statsmodels(successes: int, n: int) -> None:
    assert wilson_interval(successes, n) == pytest.approx(proportion_confint(successes, n, method="wilson"), abs=1e-12)


def test_of_nothing_everything_is_possible() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_the_interval_of_a_mean() -> None:
    assert mean_interval([0.25]) == MeanInterval(0.25, 0.0)
    two = mean_interval([1.0, 3.0])  # deviation sqrt 2, over sqrt 2: t itself, 12.706 with one degree of freedom
    assert two == MeanInterval(2.0, pytest.approx(12.706, abs=1e-3))
    three = mean_interval([1.0, 2.0, 3.0])  # deviation 1, over sqrt 3; t is 4.303 with two
    assert three == MeanInterval(2.0, pytest.approx(4.303 / 3**0.5, abs=1e-3))


@pytest.mark.parametrize("n", [2, 3, 6, 30])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.99])
def test_the_interval_of_a_mean_as_in_scipy(n: int, confidence: float) -> None:
    values = np.random.default_rng(n).random(n).tolist()
    low, high = student.interval(confidence, n - 1, loc=np.mean(values), scale=sem(values))
    found = mean_interval(values, confidence)
    assert (found.mean - found.half, found.mean + found.half) == pytest.approx((low, high))
