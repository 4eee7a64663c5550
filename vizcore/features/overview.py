"""Everything the first page shows of one model and one photo, in two forward passes."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vizcore.features.attention import RolloutSettings, attention_rollout
from vizcore.features.class_maps import ClassMapSettings, class_map
from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Classification, Embedding, Heatmap, Result
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class OverviewSettings:
    """target: class index of the evidence map, None for the model's first answer."""

    target: int | None = None


@dataclass(frozen=True, eq=False)
class Overview(Result):
    """One model's view of one photo.

    classification is None for a model without a head. evidence is the family's own map: attention rollout where the
    model has global attention, Grad-CAM where it has classes (occlusion where it gives scores alone), None where it has
    neither.
    """

    embedding: Embedding
    classification: Classification | None
    evidence: Heatmap | None


def overview(model: FeatureModel, photo: Photo, settings: OverviewSettings | None = None) -> Overview:
    """Classes and embedding of one pass, evidence map of another. Errors: InvalidOutput, UnknownClass."""
    settings = settings or OverviewSettings()
    provenance = provenance_of("overview", model, (photo,), settings)
    with torch.inference_mode():
        pixels = model.pixels([model.prepare(photo)])
        vector, logits = model.both(pixels) if model.labels else (model.embed(pixels), None)
    embedding = Embedding(provenance, finite_array(vector[0], model.card.key), "embedding")
    classification = None
    if logits is not None:
        scores = finite_array(logits[0], model.card.key)
        probabilities = torch.from_numpy(scores).double().softmax(0).numpy()
        classification = Classification(provenance, tuple(model.labels), probabilities, scores)
    return Overview(provenance, embedding, classification, _evidence(model, photo, settings))


def _evidence(model: FeatureModel, photo: Photo, settings: OverviewSettings) -> Heatmap | None:
    if model.has_attention:
        return attention_rollout(model, photo, RolloutSettings())
    if model.labels:
        method = "occlusion" if model.card.facts.get("scores_only") else "grad-cam"
        return class_map(model, photo, ClassMapSettings(method, target=settings.target))
    return None
