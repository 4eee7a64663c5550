"""Which photos of a set should a person look at: duplicates, near duplicates, dark, bright, blurred, odd shapes?

The kinds are cleanvision's; the limits are ours and stand beside each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.i18n import N_
from vizcore.monitoring.properties import measured
from vizcore.photo import Photo
from vizcore.results import FloatArray

NEAR = 0.985  # cosine of two vectors from which photos count as near duplicates
KINDS: dict[str, str] = {
    "duplicate": N_("Exact duplicate"),
    "near_duplicate": N_("Near duplicate (cosine 0.985 or more)"),
    "dark": N_("Dark (mean brightness under 15 %)"),
    "bright": N_("Bright (mean brightness over 90 %)"),
    "blurred": N_("Blurred (log of the Laplacian's variance under 1.3)"),
    "flat": N_("Little information (contrast under 5 %)"),
    "odd_shape": N_("Odd shape (one side over three times the other)"),
}


@dataclass(frozen=True)
class Issue:
    """kind: of KINDS. photo: its place. other: the photo it repeats, -1 for none. value: what was measured."""

    kind: str
    photo: int
    other: int
    value: float


def find_issues(photos: Sequence[Photo], vectors: FloatArray | None = None) -> tuple[Issue, ...]:
    """All issues, by kind and place. vectors (n, D): for near duplicates; without them only exact ones are found."""
    found = [*_duplicates(photos), *_near(photos, vectors)]
    values = measured(photos) if photos else {}
    for place, photo in enumerate(photos):
        row = {name: float(each[place]) for name, each in values.items()}
        shape = max(photo.width, photo.height) / min(photo.width, photo.height)
        tests = (
            ("dark", row["brightness"] < 0.15, row["brightness"]),
            ("bright", row["brightness"] > 0.9, row["brightness"]),
            ("blurred", row["sharpness"] < 1.3, row["sharpness"]),
            ("flat", row["contrast"] < 0.05, row["contrast"]),
            ("odd_shape", shape > 3, shape),
        )
        found += [Issue(kind, place, -1, value) for kind, is_so, value in tests if is_so]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda each: (order.index(each.kind), each.photo)))


def _duplicates(photos: Sequence[Photo]) -> list[Issue]:
    first: dict[str, int] = {}
    found = []
    for place, photo in enumerate(photos):
        if photo.sha256 in first:
            found.append(Issue("duplicate", place, first[photo.sha256], 1.0))
        first.setdefault(photo.sha256, place)
    return found


def _near(photos: Sequence[Photo], vectors: FloatArray | None) -> list[Issue]:
    if vectors is None or len(photos) < 2 or vectors.shape[1] == 0:
        return []
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    cosines = np.tril(unit @ unit.T, -1)
    found = []
    for place in range(1, len(photos)):
        other = int(cosines[place, :place].argmax())
        equal = photos[place].sha256 == photos[other].sha256
        if cosines[place, other] >= NEAR and not equal:
            found.append(Issue("near_duplicate", place, other, float(cosines[place, other])))
    return found
