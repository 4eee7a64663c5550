"""Loads torchvision's classifiers from their official weight files."""

from __future__ import annotations

from pathlib import Path

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.feature_models import TorchFeatureModel


def load_classifier(card: ModelCard, folder: Path, device: str) -> TorchFeatureModel:
    """The model named by the fact `builder`; its labels are in torchvision itself (fact `weights_enum`)."""
    import torchvision

    from vizcore.zoo.weights import load_into, load_state

    module = torchvision.models.get_model(card.facts["builder"], weights=None)
    file = card.files[0]
    load_into(module, load_state(folder / file.name), card)
    labels = torchvision.models.get_weight(card.facts["weights_enum"]).meta["categories"]
    return TorchFeatureModel(card, module, labels, file.sha256 or "", device)
