"""Loads the classifiers that ship with the project."""

from __future__ import annotations

from pathlib import Path

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.feature_models import TorchFeatureModel


def load_classifier(card: ModelCard, folder: Path, device: str) -> TorchFeatureModel:
    """`cnn-mini` or `vit-mini`, named by the fact `builder`; labels from the JSON file beside the weights."""
    import json

    from vizcore.zoo.bundled import mini_classifiers
    from vizcore.zoo.weights import load_into, load_state

    module = getattr(mini_classifiers, str(card.facts["builder"]))()
    file = card.files[0]
    load_into(module, load_state(folder / file.name), card)
    labels = json.loads((folder / f"{card.key}.json").read_text())["labels"]
    return TorchFeatureModel(card, module, labels, file.sha256 or "", device)
