"""Which classes does the model see in a photo?"""

from __future__ import annotations

import torch

from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Classification, ResultGroup
from vizcore.zoo.protocols import FeatureModel


@torch.inference_mode()
def classify(model: FeatureModel, photo: Photo, settings: None = None) -> Classification:
    """Softmax over the model's classes for the photo. Errors: ModelCannot without a head, InvalidOutput for NaN."""
    return _classified(model, photo, model.logits(model.pixels([model.prepare(photo)]))[0])


@torch.inference_mode()
def classify_each(model: FeatureModel, photos: tuple[Photo, ...], settings: None = None) -> ResultGroup:
    """`classify` of each photo, in one model call: the same up to the last digits. Errors as `classify`."""
    logits = model.logits(model.pixels([model.prepare(each) for each in photos]))
    answers = tuple(_classified(model, photo, row) for photo, row in zip(photos, logits, strict=True))
    return ResultGroup(provenance_of("classify_each", model, photos, settings), answers)


def _classified(model: FeatureModel, photo: Photo, row: torch.Tensor) -> Classification:
    logits = finite_array(row, model.card.key)
    probabilities = torch.from_numpy(logits).double().softmax(0).numpy()
    return Classification(provenance_of("classify", model, (photo,)), tuple(model.labels), probabilities, logits)
