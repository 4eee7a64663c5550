"""Which vector stands for a photo inside the model?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch

from vizcore.errors import ModelCannot
from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Embedding, ResultGroup
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class EmbedSettings:
    """layer: "embedding", the vector before the head (global pool or [CLS]), or "logits", the one after it."""

    layer: Literal["embedding", "logits"] = "embedding"


@torch.inference_mode()
def embed(model: FeatureModel, photo: Photo, settings: EmbedSettings | None = None) -> Embedding:
    """The chosen vector, not normalised. Errors: ModelCannot for "logits" without a head, InvalidOutput for NaN."""
    settings = settings or EmbedSettings()
    return _embedding(model, photo, _vectors(model, (photo,), settings)[0], settings)


@torch.inference_mode()
def embed_each(model: FeatureModel, photos: tuple[Photo, ...], settings: EmbedSettings | None = None) -> ResultGroup:
    """`embed` of each photo, in one model call: the same up to the last digits. Errors as `embed`."""
    settings = settings or EmbedSettings()
    rows = _vectors(model, photos, settings)
    answers = tuple(_embedding(model, photo, row, settings) for photo, row in zip(photos, rows, strict=True))
    return ResultGroup(provenance_of("embed_each", model, photos, settings), answers)


def _vectors(model: FeatureModel, photos: tuple[Photo, ...], settings: EmbedSettings) -> torch.Tensor:
    if settings.layer == "logits" and not model.labels:
        raise ModelCannot(model=model.card.key, ability="classify")
    pixels = model.pixels([model.prepare(each) for each in photos])
    return model.embed(pixels) if settings.layer == "embedding" else model.logits(pixels)


def _embedding(model: FeatureModel, photo: Photo, row: torch.Tensor, settings: EmbedSettings) -> Embedding:
    vector = finite_array(row, model.card.key)
    return Embedding(provenance_of("embed", model, (photo,), settings), vector, settings.layer)
