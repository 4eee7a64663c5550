"""How sure is a classifier of its first answer, for each of many photos? However few they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import FeatureModel

BATCH = 8


@dataclass(frozen=True, eq=False)
class TopScores(Result):
    """scores (n,): the highest probability of each photo, in [0, 1], in the photos' order."""

    scores: FloatArray

    def validate(self) -> None:
        expect_shape("scores", self.scores, (None,))


def top_scores(model: FeatureModel, photos: Photo | tuple[Photo, ...], settings: None = None) -> Iterator[Snapshot]:
    """A snapshot every few photos; the last one has the TopScores. Errors: ModelCannot, InvalidOutput."""
    pictures = (photos,) if isinstance(photos, Photo) else tuple(photos)
    found: list[float] = []
    for start in range(0, len(pictures), BATCH):
        found += _asked(model, pictures[start : start + BATCH])
        if len(found) < len(pictures):
            yield Snapshot(len(found), len(pictures))
    provenance = provenance_of("top_scores", model, pictures, settings)
    yield Snapshot(len(pictures), len(pictures), result=TopScores(provenance, np.array(found, np.float64)))


@torch.inference_mode()
def _asked(model: FeatureModel, photos: tuple[Photo, ...]) -> list[float]:
    logits = finite_array(model.logits(model.pixels([model.prepare(photo) for photo in photos])), model.card.key)
    best: list[float] = torch.from_numpy(logits).double().softmax(1).amax(1).tolist()
    return best
