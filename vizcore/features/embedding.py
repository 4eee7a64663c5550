"""Which vector stands for a photo inside the model?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch

from vizcore.errors import ModelCannot
from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Embedding
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class EmbedSettings:
    """layer: "embedding", the vector before the head (global pool or [CLS]), or "logits", the one after it."""

    layer: Literal["embedding", "logits"] = "embedding"


@torch.inference_mode()
def embed(model: FeatureModel, photo: Photo, settings: EmbedSettings | None = None) -> Embedding:
    """The chosen vector, not normalised. Errors: ModelCannot for "logits" without a head, InvalidOutput for NaN."""
    settings = settings or EmbedSettings()
    if settings.layer == "logits" and not model.labels:
        raise ModelCannot(model=model.card.key, ability="classify")
    pixels = model.pixels([model.prepare(photo)])
    answer = model.embed(pixels) if settings.layer == "embedding" else model.logits(pixels)
    vector = finite_array(answer[0], model.card.key)
    return Embedding(provenance_of("embed", model, (photo,), settings), vector, settings.layer)
