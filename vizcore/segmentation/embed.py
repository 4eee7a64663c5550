"""The expensive half of a segmenter: the photo through its encoder, once for all clicks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vizcore.errors import InvalidOutput
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.segmentation.results import ImageEmbedding
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import PromptableSegmenter


@dataclass(frozen=True)
class EmbedSettings:
    """Nothing to choose: what a segmenter sees of a photo depends on the photo alone."""


def embed(model: PromptableSegmenter, photo: Photo, settings: EmbedSettings | None = None) -> Iterator[Snapshot]:
    """A snapshot after each part of the encoder, the last one with the `ImageEmbedding`. InvalidOutput for NaN.

    Run by `engine.run` it waits for the embedding, by `engine.start` it is a job with progress. The engine keeps the
    answer, so asking again for the same photo costs nothing, and forgetting the photo forgets it.
    """
    for step in model.encode(photo):
        if step.encoded is None:
            yield Snapshot(step.done, step.total)
            continue
        features = step.encoded.features
        if not all(np.isfinite(each).all() for each in features):
            raise InvalidOutput(model=model.card.key)
        provenance = provenance_of("segmentation.embed", model, photo, settings)
        known = (features, step.encoded.placement, step.encoded.canvas_hw, photo.sha256)
        yield Snapshot(step.done, step.total, result=ImageEmbedding(provenance, *known))
