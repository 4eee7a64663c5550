"""Is the result the same for every group of photos? Rates by sub-population, each with its interval and its gap.

Groups are what somebody labelled: places, cameras, seasons, people of one kind. A gap is tested against all the other
photos (Fisher's exact test, Holm's correction over all groups, but for the one question of two groups that are all
photos); under FEWEST photos of a group nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.errors import GroupsMissing
from vizcore.metrics.proportion import wilson_interval
from vizcore.monitoring.two_samples import ALPHA, FEWEST, holm

LEAST_GAP = 0.1  # a smaller difference of rates is not called one, however small p is


@dataclass(frozen=True)
class GroupRate:
    """hits of n photos; low, high: 95 % interval (Wilson). gap: its rate minus that of all others.

    corrected: p after Holm (as it is for two groups that are all photos), NaN where the group or the others are
    too few. differs: corrected under 5 % and a gap of at least 0.1 either way.
    """

    name: str
    hits: int
    n: int
    low: float
    high: float
    gap: float
    corrected: float
    differs: bool

    @property
    def rate(self) -> float:
        return self.hits / self.n

    @property
    def enough(self) -> bool:
        """Whether a verdict is possible."""
        return self.corrected == self.corrected


def by_group(groups: Sequence[str], hits: Sequence[bool]) -> tuple[GroupRate, ...]:
    """The rate of every group, the lowest first. "" is no group and only counts among the others.

    Errors: GroupsMissing for fewer than two groups.
    """
    from scipy.stats import fisher_exact

    if len(groups) != len(hits):
        raise ValueError(f"expected one outcome for each of {len(groups)} photos, got {len(hits)}")
    names = sorted({each for each in groups if each})
    if len(names) < 2:
        raise GroupsMissing(found=len(names))
    member, good = np.array(groups), np.array(hits, bool)
    p_values: dict[str, float] = {}
    for name in names:
        inside = member == name
        if min(inside.sum(), (~inside).sum()) >= FEWEST:
            table = [[int(good[part].sum()), int((~good[part]).sum())] for part in (inside, ~inside)]
            p_values[name] = float(fisher_exact(table).pvalue)
    one_question = len(names) == 2 and all(groups)  # each is all the others of the other: the same test twice
    corrected = p_values if one_question else dict(zip(p_values, holm(list(p_values.values())), strict=True))
    rows = [_row(name, member == name, good, corrected) for name in names]
    return tuple(sorted(rows, key=lambda row: row.rate))


def _row(name: str, inside: np.ndarray, good: np.ndarray, corrected: Mapping[str, float]) -> GroupRate:
    hits, n = int(good[inside].sum()), int(inside.sum())
    others = good[~inside]
    gap = hits / n - float(others.mean()) if len(others) else 0.0
    p = corrected.get(name, float("nan"))
    return GroupRate(name, hits, n, *wilson_interval(hits, n), gap, p, p < ALPHA and abs(gap) >= LEAST_GAP)
