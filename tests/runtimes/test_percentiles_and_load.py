"""Which percentiles are refused, and does the queue behave as queueing theory says?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.runtimes.load import closed_load, most_per_s, open_load, sweep, utilisation
from vizcore.runtimes.percentiles import median, nine_tenths, percentile, percentile_working, runs_needed


@pytest.mark.parametrize(("percent", "needed"), [(50, 5), (90, 29), (95, 59), (99, 299)])
def test_as_many_runs_as_the_reference_says(percent: float, needed: int) -> None:
    assert runs_needed(percent) == needed
    assert percentile(np.arange(needed - 1.0), percent) is None
    assert percentile(np.arange(float(needed)), percent) == pytest.approx(np.percentile(np.arange(needed), percent))


def test_the_bound_holds_in_simulation() -> None:
    rng = np.random.default_rng(0)
    slowest = rng.random((4000, runs_needed(95))).max(axis=1)  # of uniform times the true p95 is 0.95
    assert (slowest >= 0.95).mean() == pytest.approx(0.95, abs=0.02)


def test_the_working_gives_numpys_percentile() -> None:
    found = percentile_working([30.0, 10.0, 20.0], 95)  # place 0.95 x 2 = 1.9 of 10, 20, 30
    assert (found.place, found.low, found.high) == (1.9, 20.0, 30.0)
    assert found.value == pytest.approx(29.0)
    assert percentile_working([7.0], 95).value == 7.0
    values = np.random.default_rng(0).random(101)
    assert percentile_working(values, 95).value == pytest.approx(np.percentile(values, 95))


@pytest.mark.parametrize("percent", [0, 100, -1])
def test_no_percentile_outside(percent: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        runs_needed(percent)


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_an_open_queue_waits_as_pollaczek_and_khinchine_say(busy: float) -> None:
    """M/D/1: mean wait = rho / (2 (1 - rho)) services."""
    point = open_load(np.full(10, 10.0), busy * 100, requests=60_000, seed=3)
    wait = point.latency_ms[1000:].mean() - 10
    assert wait == pytest.approx(10 * busy / (2 * (1 - busy)), rel=0.12)
    assert point.utilisation == pytest.approx(busy)


def test_a_closed_queue_is_as_long_as_its_clients() -> None:
    assert np.allclose(closed_load(np.full(5, 10.0), 7, requests=50).latency_ms, 70)
    assert np.allclose(closed_load(np.full(5, 10.0), 1, requests=50).latency_ms, 10)


def test_latency_grows_with_load() -> None:
    medians = [median(point.latency_ms) for point in sweep(np.full(10, 5.0))]
    assert medians[-1] > medians[0] >= 5


@pytest.mark.parametrize("service", [np.zeros(0), np.array([0.0, 1.0])])
def test_what_was_not_measured_is_refused(service: np.ndarray) -> None:
    with pytest.raises(ValueError, match="service times"):
        open_load(service, 1.0)


def test_what_one_worker_can_do() -> None:
    service = np.array([10.0, 30.0])
    assert most_per_s(service) == 50
    assert (utilisation(service, 25), utilisation(service, 100)) == (0.5, 2.0)
    assert (median(service), nine_tenths(np.arange(11.0)), nine_tenths([7.0])) == (20, 9, 7)
