"""What does a person wait when others ask too? The queue in front of one worker, from service times that were measured.

Open load: requests come when they come (a Poisson process), whether or not the server is ready; the queue grows.
Closed load: so many clients ask, wait for their answer and ask again; the queue never grows beyond them, which is why a
closed test hides what an open one shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.results import FloatArray


@dataclass(frozen=True)
class LoadPoint:
    """latency_ms (n,): waiting and service together. utilisation: share of the time that the worker is busy."""

    per_s: float
    latency_ms: FloatArray
    utilisation: float


def most_per_s(service_ms: FloatArray) -> float:
    """How many requests a second one worker can serve at most."""
    return 1e3 / float(service_ms.mean())


def utilisation(service_ms: FloatArray, per_s: float) -> float:
    """Share of the time that one worker is busy at this load; above 1 it can never catch up."""
    return float(per_s * service_ms.mean() / 1e3)


def open_load(service_ms: FloatArray, per_s: float, *, requests: int = 1000, seed: int = 0) -> LoadPoint:
    """Poisson arrivals at `per_s` requests a second before one worker, served in order; times drawn from the measured.

    Lindley's recursion: wait[i+1] = max(0, wait[i] + service[i] - gap[i]).
    """
    service = _positive(service_ms)
    if per_s <= 0 or requests < 1:
        raise ValueError(f"expected a positive rate and requests, got {per_s} and {requests}")
    rng = np.random.default_rng(seed)
    served = rng.choice(service, requests)
    gaps = rng.exponential(1e3 / per_s, requests)
    waits = np.zeros(requests)
    for place in range(1, requests):
        waits[place] = max(0.0, waits[place - 1] + served[place - 1] - gaps[place - 1])
    return LoadPoint(per_s, waits + served, utilisation(service, per_s))


def closed_load(service_ms: FloatArray, clients: int, *, requests: int = 1000, seed: int = 0) -> LoadPoint:
    """`clients` that each ask again as soon as they are answered: one worker is never idle."""
    service = _positive(service_ms)
    if clients < 1 or requests < 1:
        raise ValueError(f"expected clients and requests, got {clients} and {requests}")
    ends = np.cumsum(np.random.default_rng(seed).choice(service, requests + clients))
    asked = np.concatenate([np.zeros(clients), ends[:-clients]])  # each asks when its last answer has come
    return LoadPoint(most_per_s(service), (ends - asked)[clients:], 1.0)


def sweep(service_ms: FloatArray, shares: Sequence[float] = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95)) -> list[LoadPoint]:
    """Open load at these shares of what one worker can do."""
    most = most_per_s(_positive(service_ms))
    return [open_load(service_ms, share * most, seed=place) for place, share in enumerate(shares)]


def _positive(service_ms: FloatArray) -> FloatArray:
    service = np.asarray(service_ms, np.float64)
    if not len(service) or not (service > 0).all():
        raise ValueError("expected measured service times above 0")
    return service
