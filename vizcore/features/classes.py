"""Which classes does the model see in a photo?"""

from __future__ import annotations

import torch

from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Classification
from vizcore.zoo.protocols import FeatureModel


@torch.inference_mode()
def classify(model: FeatureModel, photo: Photo, settings: None = None) -> Classification:
    """Softmax over the model's classes for the photo. Errors: ModelCannot without a head, InvalidOutput for NaN."""
    pixels = model.pixels([model.prepare(photo)])
    logits = finite_array(model.logits(pixels)[0], model.card.key)
    probabilities = torch.from_numpy(logits).double().softmax(0).numpy()
    return Classification(
        provenance_of("classify", model, (photo,), settings), tuple(model.labels), probabilities, logits
    )
