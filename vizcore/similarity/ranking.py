"""In which order does a model put pictures by their likeness to one, and where do two models differ?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray
from vizcore.similarity.directions import unit_rows

DIGITS = 9  # cosines that agree in these decimals are equal: more is rounding


@dataclass(frozen=True, eq=False)
class Ranking:
    """ids (n,) of pictures, most alike first, and their cosines (n,) in that order. Equal ones by lower id."""

    ids: NDArray[np.int64]
    scores: FloatArray

    def places(self) -> dict[int, int]:
        """Place of each picture, counted from 1."""
        return {int(picture): place for place, picture in enumerate(self.ids, start=1)}


def rank(query: FloatArray, gallery: FloatArray, exclude: int | None = None) -> Ranking:
    """query (D,), gallery (n, D) -> all of the gallery but `exclude`, the query's own place in it."""
    cosines = np.round((unit_rows(gallery) @ unit_rows(query[None])[0]).clip(-1, 1), DIGITS)
    order = np.lexsort((np.arange(len(cosines)), -cosines)).astype(np.int64)
    kept = order if exclude is None else order[order != exclude]
    return Ranking(kept, cosines[kept])


def rank_changes(before: Ranking, after: Ranking) -> dict[int, int]:
    """Places that each picture climbs (over 0) or falls (under 0) from one ranking to another of the same pictures."""
    old, new = before.places(), after.places()
    if old.keys() != new.keys():
        raise ValueError(f"expected two rankings of the same pictures, got {len(old)} and {len(new)}")
    return {picture: old[picture] - new[picture] for picture in old}


def agreement(before: Ranking, after: Ranking, count: int) -> float:
    """Share of the first `count` pictures of one ranking that are among the first `count` of the other, in [0, 1]."""
    first, second = set(before.ids[:count].tolist()), set(after.ids[:count].tolist())
    return len(first & second) / len(first) if first else 0.0
