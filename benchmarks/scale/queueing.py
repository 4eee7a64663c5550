"""What does the theory of queues say about c replicas behind one fair queue?

Kleinrock, Queueing Systems I (1975), for M/M/c; Allen and Cunneen's correction for service times that are not
exponential (A. O. Allen, Probability, Statistics and Queueing Theory, 1990, chapter 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Service:
    """Mean and squared coefficient of variation of the time that one request keeps a replica."""

    mean_s: float
    variation: float = 1.0

    @classmethod
    def of(cls, times_s: np.ndarray) -> Service:
        mean = float(np.mean(times_s))
        return cls(mean, float(np.var(times_s)) / mean**2)


def erlang_c(replicas: int, load: float) -> float:
    """Probability that a request has to wait. load: arrivals a second times mean service; 1 if too much."""
    if replicas < 1 or load < 0:
        raise ValueError(f"expected at least one replica and a load of at least 0, got {replicas} and {load}")
    if load >= replicas:
        return 1.0
    blocking = 1.0  # Erlang B, by its recursion, which does not overflow
    for count in range(1, replicas + 1):
        blocking = load * blocking / (count + load * blocking)
    return blocking / (1 - load / replicas * (1 - blocking))


def mean_wait_s(rate_per_s: float, service: Service, replicas: int) -> float:
    """Mean wait before service, Poisson arrivals; infinity where more arrives than can be served."""
    load = rate_per_s * service.mean_s
    if load >= replicas:
        return math.inf
    exponential = erlang_c(replicas, load) * service.mean_s / (replicas - load)
    return exponential * (1 + service.variation) / 2


def wait_quantile_s(rate_per_s: float, service: Service, replicas: int, share: float = 0.95) -> float:
    """The wait that this share of requests does not exceed, if waits that happen are exponential."""
    mean = mean_wait_s(rate_per_s, service, replicas)
    if math.isinf(mean) or mean == 0:
        return mean
    waiting = erlang_c(replicas, rate_per_s * service.mean_s)
    return max(0.0, mean / waiting * math.log(waiting / (1 - share)))


def replicas_needed(rate_per_s: float, service: Service, *, wait_s: float, busiest: float = 0.7) -> int:
    """The fewest replicas with which 95 of 100 requests wait at most `wait_s`, none busy for more than `busiest`."""
    replicas = max(1, math.ceil(rate_per_s * service.mean_s / busiest))
    while wait_quantile_s(rate_per_s, service, replicas) > wait_s:
        replicas += 1
    return replicas
