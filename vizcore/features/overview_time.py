"""How long does an overview take on this machine? Passes after a warm-up, every one kept; never a kept answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from vizcore.features.overview import overview
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class OverviewTimeSettings:
    """warm_up, runs: passes thrown away and counted. series: another one measures anew instead of being given the
    kept answer of somebody else's measurement."""

    warm_up: int = 1
    runs: int = 7
    series: str = ""


@dataclass(frozen=True, eq=False)
class OverviewTime(Result):
    """Milliseconds by the wall clock of each counted pass (n,): photo to classes, vector and map. warm_up_ms (k,)."""

    times_ms: FloatArray
    warm_up_ms: FloatArray

    def validate(self) -> None:
        expect_shape("times_ms", self.times_ms, (None,))

    @property
    def median_ms(self) -> float:
        return float(np.median(self.times_ms))

    @property
    def quartiles_ms(self) -> tuple[float, float]:
        """Between these two lies the middle half of the passes."""
        low, high = np.percentile(self.times_ms, (25, 75))
        return float(low), float(high)


def time_overview(model: FeatureModel, photo: Photo, settings: OverviewTimeSettings | None = None) -> OverviewTime:
    """The same as `overview`, again and again. Errors: those of `overview`."""
    settings = settings or OverviewTimeSettings()
    times = []
    for _ in range(settings.warm_up + settings.runs):
        began = time.perf_counter()
        overview(model, photo)
        times.append((time.perf_counter() - began) * 1e3)
    counted = np.array(times[settings.warm_up :])
    provenance = provenance_of("time_overview", model, (photo,), settings)
    return OverviewTime(provenance, counted, np.array(times[: settings.warm_up]))
