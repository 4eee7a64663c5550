"""Do the formulas agree with textbooks and with the simulation, and the simulation with what was measured?"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from benchmarks.scale import document
from benchmarks.scale.__main__ import AUDIENCES, MEASURED, kept_s, mixture, need
from benchmarks.scale.queueing import Service, erlang_c, mean_wait_s, replicas_needed, wait_quantile_s
from benchmarks.scale.simulation import Load, arrivals_s, replay_s, simulate

FOUND = json.loads(MEASURED.read_text(encoding="utf-8"))
SECONDS = 4.0  # of an open load in `benchmarks.scale.measure`, which is not imported here: it needs Ray's parts
CASES = [(name, place) for name in ("local", "ray 1", "ray 2") for place in range(len(FOUND[name]))]


def test_erlang_c_by_hand() -> None:
    assert erlang_c(1, 0.5) == pytest.approx(0.5)  # one server waits as often as it is busy
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(3, 0.0) == 0
    assert erlang_c(2, 2.5) == 1
    with pytest.raises(ValueError, match="expected at least one replica"):
        erlang_c(0, 1)


def test_one_server_waits_as_pollaczek_and_khinchine_say() -> None:
    service = Service(0.1, variation=0.0)
    assert mean_wait_s(5, service, 1) == pytest.approx(5 * 0.1**2 / (2 * (1 - 0.5)))
    assert mean_wait_s(5, Service(0.1), 1) == pytest.approx(0.1)  # M/M/1: rho / (mu - lambda)
    assert math.isinf(mean_wait_s(10, service, 1))
    assert wait_quantile_s(0.0, service, 1) == 0


def test_more_replicas_for_more_people_and_for_less_patience() -> None:
    service = Service(0.1, 2.0)
    few, many = (replicas_needed(rate, service, wait_s=0.5) for rate in (5, 50))
    assert few < many
    assert replicas_needed(5, service, wait_s=0.01) >= few
    assert replicas_needed(0.1, service, wait_s=1) == 1


@pytest.mark.parametrize(("replicas", "variation"), [(1, 0.0), (1, 1.0), (4, 1.0)])
def test_the_simulation_waits_as_long_as_theory_says(replicas: int, variation: float) -> None:
    rng = np.random.default_rng(3)
    times = rng.exponential(0.1, 50_000) if variation else np.array([0.1])
    load = Load(rate_per_s=0.6 * replicas / 0.1)
    found = simulate(times, load, replicas=replicas, requests=40_000, queue_limit=10_000)
    wait = found.latency_s.mean() - times.mean()
    expected = mean_wait_s(load.rate_per_s, Service.of(times), replicas)
    # Queues of their own, joined by length, wait a little longer than the one queue of the theory.
    assert expected * 0.85 < wait < expected * (1.15 if replicas == 1 else 2.2)
    assert found.busy == pytest.approx(0.6, abs=0.03)


def test_a_closed_load_never_waits_for_itself_alone() -> None:
    found = simulate(np.array([0.1]), Load(clients=1), requests=100)
    assert found.throughput_per_s == pytest.approx(10)
    assert found.latency_s == pytest.approx(0.1)
    two = simulate(np.array([0.1]), Load(clients=4), replicas=2, requests=400)
    assert two.throughput_per_s == pytest.approx(20, rel=0.01)


def test_a_full_queue_refuses() -> None:
    found = simulate(np.array([0.1]), Load(rate_per_s=40), requests=500, queue_limit=4)
    assert found.refused > 500
    assert found.latency_s.max() <= 0.5 + 1e-9
    with pytest.raises(ValueError, match="not both"):
        simulate(np.array([0.1]), Load())


@pytest.mark.parametrize(("name", "place"), CASES)
def test_what_was_measured_is_reproduced_within_15_percent(name: str, place: int) -> None:
    case, times = FOUND[name][place], kept_s(FOUND[name], place)
    replicas = 2 if name == "ray 2" else 1
    if "rate_per_s" in case:
        came = arrivals_s(case["rate_per_s"], SECONDS)
        assert len(came) == case["n"]
        latency_s = replay_s(came, times, replicas=replicas)
    else:
        found = simulate(times, Load(clients=case["clients"]), replicas=replicas, requests=4000)
        assert found.throughput_per_s == pytest.approx(case["throughput_per_s"], rel=0.15)
        latency_s = found.latency_s
    assert latency_s.mean() * 1e3 == pytest.approx(case["mean_ms"], rel=0.15)


def test_a_replay_by_hand() -> None:
    came, times = np.array([0.0, 1.0, 1.5, 9.0]), np.array([2.0, 2.0, 2.0, 1.0])
    assert replay_s(came, times).tolist() == [2.0, 3.0, 4.5, 1.0]
    assert replay_s(came, times, replicas=2).tolist() == [2.0, 2.0, 2.5, 1.0]
    assert replay_s(np.zeros(0), np.zeros(0)).tolist() == []


def test_a_long_replay_and_the_simulation_agree() -> None:
    rng = np.random.default_rng(5)
    came = arrivals_s(6.0, 5_000)
    replayed = replay_s(came[:8000], rng.exponential(0.1, 8000))
    found = simulate(rng.exponential(0.1, 8000), Load(rate_per_s=6.0), requests=20_000, queue_limit=10_000)
    assert replayed.mean() == pytest.approx(found.latency_s.mean(), rel=0.15)


def test_a_larger_audience_needs_more_and_the_projection_is_served() -> None:
    needs = [need(audience, FOUND) for audience in AUDIENCES[:2]]
    assert needs[0].replicas < needs[1].replicas
    assert all(each.refused == 0 for each in needs)
    assert mixture(FOUND).min() > 0


def test_the_page_says_what_was_measured() -> None:
    """`python -m benchmarks.scale.document` mends it."""
    page = document.PAGE.read_text(encoding="utf-8")
    assert document.written(page, FOUND) == page
    with pytest.raises(ValueError, match="both marks"):
        document.written(page.replace("<!-- end of projection", ""), FOUND)


def test_a_missed_goal_says_so() -> None:
    worse = {**FOUND, "compare": {**FOUND["compare"], "job_overhead": 0.081, "job_pairs_ms": [[100, 105], [100, 112]]}}
    assert "**8.1 %, pairs from 5 to 12 %: missed**" in document.measured_block(worse)
    better = {**worse, "compare": {**worse["compare"], "job_overhead": 0.079}}
    assert "| 7.9 %, pairs from 5 to 12 % |" in document.measured_block(better)
