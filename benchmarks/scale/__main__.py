"""How many replicas, how much memory, bandwidth and money do three sizes of audience need?"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale.queueing import Service, replicas_needed
from benchmarks.scale.simulation import Load, simulate

MEASURED = Path(__file__).parent / "measured.json"
PATIENCE_S = 1.0  # 95 of 100 requests begin within this
LONG_S = 10.0  # an ideal cat or a study over many photos, at a bundled model's size
SHARES = (0.90, 0.09, 0.01)  # short requests, jobs such as a small gallery, long jobs: an assumption
PHOTO_MB, PICTURES_MB = 2.0, 0.3  # a visitor's upload once a visit; what the pages show for each request: assumptions
EURO_PER_CORE_HOUR = 0.04  # of a rented virtual core, an assumption
HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Audience:
    """peak_per_s: requests a second in the busiest hour. visits_per_s: new visitors then. Both follow from `why`."""

    name: str
    peak_per_s: float
    visits_per_s: float
    why: str


AUDIENCES = (
    Audience("a department of 200", 60 * 6 / 60, 60 / 3600, "60 at once in a lecture, each 6 requests a minute"),
    Audience("a university of 20,000", 400 * 4 / 60, 400 * 6 / 3600, "2 % at once, each 4 requests a minute"),
    Audience("1 million visits a day", 100_000 * 20 / 3600, 100_000 / 3600, "a tenth in one hour, 20 requests each"),
)


@dataclass(frozen=True)
class Need:
    replicas: int
    memory_gb: float
    megabit_per_s: float
    euro_a_month: float
    simulated_p95_s: float
    refused: int


def kept_s(cases: Sequence[Mapping[str, Any]], place: int) -> np.ndarray:
    """Times for which each request of a case keeps its lane: its service, and what the engine does between two.

    The latter is what a single client, who waits for nobody, waits beyond its service: 1 to 3 ms.
    """
    alone = cases[0]
    between_ms = alone["mean_ms"] - float(np.mean(alone["service_ms"]))
    return (np.array(cases[place]["service_ms"]) + between_ms) / 1e3


def mixture(measured: Mapping[str, Any], size: int = 20_000) -> np.ndarray:
    """Times for which a request keeps a replica, drawn from what was measured, in seconds."""
    rng = np.random.default_rng(0)
    short = kept_s(measured["ray 1"], 0)
    job = measured["compare"]["job_local_p50_ms"] * (1 + measured["compare"]["job_overhead"]) / 1e3
    kind = rng.choice(3, size, p=SHARES)
    return np.choose(kind, [rng.choice(short, size), np.full(size, job), np.full(size, LONG_S)])


def need(audience: Audience, measured: Mapping[str, Any]) -> Need:
    times = mixture(measured)
    replicas = replicas_needed(audience.peak_per_s, Service.of(times), wait_s=PATIENCE_S)
    each_mb = max(measured["memory 2"]["replicas_mb"])
    beside_mb = measured["memory 2"]["beside_replicas_mb"]
    machines = math.ceil(replicas / 16)
    load = Load(rate_per_s=audience.peak_per_s)
    found = simulate(times, load, replicas=replicas, requests=20_000, queue_limit=64, seed=1)
    return Need(
        replicas=replicas,
        memory_gb=round((replicas * each_mb + machines * beside_mb) / 1e3, 1),
        megabit_per_s=round(8 * (audience.visits_per_s * PHOTO_MB + audience.peak_per_s * PICTURES_MB), 1),
        euro_a_month=round(replicas * EURO_PER_CORE_HOUR * HOURS_A_MONTH, -1),
        simulated_p95_s=round(found.quantile_s(0.95), 2),
        refused=found.refused,
    )


def main() -> None:
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    service = Service.of(mixture(measured))
    print(f"one request keeps a replica for {service.mean_s * 1e3:.0f} ms, squared variation {service.variation:.0f}")
    for audience in AUDIENCES:
        print(f"{audience.name} ({audience.why}): {audience.peak_per_s:.1f} requests a second")
        print(f"    {need(audience, measured)}")


if __name__ == "__main__":
    main()
