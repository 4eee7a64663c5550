"""Is every pass kept, the warm-up apart, and are the percentiles those of the passes?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.detection.test_detect import BOXES, SCORES, WIDE, Said
from vizcore.detection.timing import Timing, TimingSettings, measure_time
from vizcore.errors import SettingOutOfRange
from vizcore.results import Provenance


def timing(total: list[float]) -> Timing:
    zeros = np.zeros(len(total))
    return Timing(Provenance(), np.array(total), zeros, zeros, np.zeros(0), 1, (8, 8), 1)


def test_percentiles_by_hand() -> None:
    found = timing([1.0, 2.0, 3.0, 4.0, 5.0]).percentiles()
    assert found["total"] == found["pre"] == pytest.approx({"p50": 3.0, "p95": 4.8, "p99": 4.96})
    assert found["model"] == {"p50": 0.0, "p95": 0.0, "p99": 0.0}
    assert timing([]).percentiles() == {}


def test_passes_and_warm_up() -> None:
    model: Any = Said(BOXES, SCORES)
    settings = TimingSettings(warm_up=2, runs=3, batch=4)
    snapshots = list(measure_time(model, WIDE, settings))
    assert [each.step for each in snapshots] == [1, 2, 3, 4, 5]
    counted = [each.result.pre_ms.size for each in snapshots]  # type: ignore[union-attr]
    assert counted == [0, 0, 1, 2, 3]
    last: Any = snapshots[-1].result
    assert len(last.warm_up_ms) == 2
    assert (last.batch, last.size_hw) == (4, (8, 8))
    assert (last.total_ms > 0).all()
    assert snapshots[-1].values["total"] == pytest.approx(last.total_ms[-1])
    assert last.to_json()["percentiles"]["total"]["p50"] > 0


@pytest.mark.parametrize("change", [{"runs": 0}, {"runs": 1001}, {"batch": 0}, {"batch": 65}, {"warm_up": -1}])
def test_limits(change: dict[str, int]) -> None:
    with pytest.raises(SettingOutOfRange):
        replace(TimingSettings(), **change)
