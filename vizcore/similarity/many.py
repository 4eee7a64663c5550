"""Which vectors stand for many photos inside a model? At once for a tray, step by step for a gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from vizcore.errors import ModelCannot, PhotosMissing
from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Embedding, FloatArray, Result, expect_shape
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class ManySettings:
    """layer: as in EmbedSettings. batch: photos in one pass."""

    layer: Literal["embedding", "logits"] = "embedding"
    batch: int = 16


@dataclass(frozen=True, eq=False)
class Embeddings(Result):
    """vectors (photos, D), in the order of the photos, as the model gives them; equal photos have equal vectors."""

    vectors: FloatArray
    layer: str

    def validate(self) -> None:
        expect_shape("vectors", self.vectors, (len(self.provenance.photos_sha256), None))

    def one(self, index: int) -> Embedding:
        """The vector of one photo, as if it had been embedded alone."""
        return Embedding(self.provenance, self.vectors[index], self.layer)


def embed_photos(model: FeatureModel, photo: tuple[Photo, ...], settings: ManySettings | None = None) -> Embeddings:
    """All at once. Errors: PhotosMissing for none, ModelCannot for "logits" without a head, InvalidOutput for NaN."""
    snapshots = list(embed_gallery(model, photo, settings))
    result = snapshots[-1].result
    assert isinstance(result, Embeddings)
    return result


def embed_gallery(
    model: FeatureModel, photo: tuple[Photo, ...], settings: ManySettings | None = None
) -> Iterator[Snapshot]:
    """A long operation: one snapshot for each batch, the last one with the result. Errors as `embed_photos`.

    A photo that is there several times is embedded once.
    """
    settings = settings or ManySettings()
    photos = (photo,) if isinstance(photo, Photo) else photo
    if not photos:
        raise PhotosMissing(needed=1, given=0)
    if settings.layer == "logits" and not model.labels:
        raise ModelCannot(model=model.card.key, ability="classify")
    different = {each.sha256: each for each in photos}
    vectors: dict[str, FloatArray] = {}
    waiting = list(different.values())
    for start in range(0, len(waiting), settings.batch):
        part = waiting[start : start + settings.batch]
        vectors.update(zip((each.sha256 for each in part), _batch_vectors(model, part, settings.layer), strict=True))
        if len(vectors) < len(different):
            yield Snapshot(len(vectors), len(different))
    stacked = np.stack([vectors[each.sha256] for each in photos])
    result = Embeddings(provenance_of("embed_photos", model, photos, settings), stacked, settings.layer)
    yield Snapshot(len(different), len(different), result=result)


@torch.inference_mode()
def _batch_vectors(model: FeatureModel, photos: list[Photo], layer: str) -> FloatArray:
    pixels = model.pixels([model.prepare(each) for each in photos])
    answer = model.embed(pixels) if layer == "embedding" else model.logits(pixels)
    return finite_array(answer, model.card.key)
