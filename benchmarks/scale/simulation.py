"""What happens, event by event, when requests come to replicas that each have a queue of their own?

The same rules as the engine: a request joins the shortest queue; a queue that is full refuses; a replica is kept for
service and transfer. Open load: arrivals as a Poisson process. Closed load: so many clients, each asking again when it
is answered (and has thought).
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Load:
    """rate_per_s for an open load, or clients (and think_s, the mean of an exponential pause) for a closed one."""

    rate_per_s: float = 0.0
    clients: int = 0
    think_s: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """latency_s: of every answered request, in the order of their ends. busy: mean share of time of a replica."""

    latency_s: np.ndarray
    throughput_per_s: float
    busy: float
    refused: int

    def quantile_s(self, share: float) -> float:
        return float(np.quantile(self.latency_s, share))


@dataclass
class _Replica:
    """jobs: times of arrival; the first one is being served."""

    jobs: deque[tuple[float, int]] = field(default_factory=deque)
    busy_s: float = 0.0


def simulate(
    service_s: np.ndarray, load: Load, *, replicas: int = 1, requests: int = 4000, queue_limit: int = 64, seed: int = 0
) -> Outcome:
    """Runs until `requests` are answered; the first tenth is left out, since it began with empty queues.

    service_s: measured times for which one request keeps a replica; drawn from with replacement.
    """
    if (load.rate_per_s > 0) == (load.clients > 0):
        raise ValueError("expected a rate or clients, and not both")
    run = _Run(np.asarray(service_s, float), load, replicas, queue_limit, np.random.default_rng(seed))
    return run.until(requests)


def arrivals_s(rate_per_s: float, seconds: float, seed: int = 1) -> np.ndarray:
    """Moments of a Poisson process: those at which a measurement's visitors came, since it draws them here too."""
    rng = np.random.default_rng(seed)
    moments: list[float] = []
    at = 0.0
    while (at := at + rng.exponential(1 / rate_per_s)) < seconds:
        moments.append(at)
    return np.array(moments)


def replay_s(arrivals: np.ndarray, service_s: np.ndarray, *, replicas: int = 1) -> np.ndarray:
    """Latency of these very requests: each at its moment, each with its own service time, by the same rules.

    For a short measurement: the mean of 43 requests lies anywhere between two thirds and twice what an endless run
    gives at the same rate, so that the endless run says little about it.
    """
    ends: list[deque[float]] = [deque() for _ in range(replicas)]  # of what each replica has not answered yet
    latency = []
    for now, time_s in zip(arrivals, service_s, strict=True):
        for each in ends:
            while each and each[0] <= now:
                each.popleft()
        mine = min(ends, key=len)
        mine.append((mine[-1] if mine else now) + time_s)
        latency.append(mine[-1] - now)
    return np.array(latency)


class _Run:
    def __init__(
        self, service_s: np.ndarray, load: Load, replicas: int, queue_limit: int, rng: np.random.Generator
    ) -> None:
        self.service_s, self.load, self.queue_limit, self.rng = service_s, load, queue_limit, rng
        self.replicas = [_Replica() for _ in range(replicas)]
        self.events: list[tuple[float, int, str, int]] = []
        self.order = itertools.count()
        self.ends: list[float] = []
        self.latency: list[float] = []
        self.refused = 0

    def until(self, requests: int) -> Outcome:
        for client in range(max(1, self.load.clients)):
            self._later(self._pause(0.0), "arrival", client)
        now = 0.0
        while len(self.latency) < requests:
            now, _, what, who = heapq.heappop(self.events)
            if what == "arrival":
                self._arrive(now, who)
            else:
                self._end(now, who)
        first = requests // 10
        window = self.ends[-1] - self.ends[first]
        busy = sum(each.busy_s for each in self.replicas) / (now * len(self.replicas))
        throughput = (requests - first - 1) / window
        return Outcome(np.array(self.latency[first:]), throughput, min(1.0, busy), self.refused)

    def _arrive(self, now: float, client: int) -> None:
        if self.load.rate_per_s:
            self._later(self._pause(now), "arrival", client)
        place = min(range(len(self.replicas)), key=lambda number: len(self.replicas[number].jobs))
        replica = self.replicas[place]
        if len(replica.jobs) > self.queue_limit:
            self.refused += 1
            if self.load.clients:
                self._later(self._pause(now) + 1.0, "arrival", client)  # "try again in 1 s"
            return
        replica.jobs.append((now, client))
        if len(replica.jobs) == 1:
            self._serve(now, place)

    def _serve(self, now: float, place: int) -> None:
        time_s = float(self.rng.choice(self.service_s))
        self.replicas[place].busy_s += time_s
        self._later(now + time_s, "end", place)

    def _end(self, now: float, place: int) -> None:
        arrived, client = self.replicas[place].jobs.popleft()
        self.latency.append(now - arrived)
        self.ends.append(now)
        if self.load.clients:
            self._later(self._pause(now), "arrival", client)
        if self.replicas[place].jobs:
            self._serve(now, place)

    def _pause(self, now: float) -> float:
        mean = 1 / self.load.rate_per_s if self.load.rate_per_s else self.load.think_s
        return now + (float(self.rng.exponential(mean)) if mean else 0.0)

    def _later(self, at: float, what: str, who: int) -> None:
        heapq.heappush(self.events, (at, next(self.order), what, who))
