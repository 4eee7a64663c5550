"""Loads the models that ship with the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import nn

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.detector_models import TorchDetector
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.sam_models import SamSegmenter


def load_classifier(card: ModelCard, folder: Path, device: str) -> TorchFeatureModel:
    """`cnn-mini` or `vit-mini`, named by the fact `builder`; labels from the JSON file beside the weights."""
    import json

    from vizcore.zoo.bundled import mini_classifiers
    from vizcore.zoo.weights import load_into, load_state

    module = getattr(mini_classifiers, card.facts["builder"])()
    file = card.files[0]
    load_into(module, load_state(folder / file.name), card)
    labels = json.loads((folder / f"{card.key}.json").read_text())["labels"]
    return TorchFeatureModel(card, module, labels, file.sha256 or "", device)


def load_detector(card: ModelCard, folder: Path, device: str) -> TorchDetector:
    """`yolo-mini` or `detr-mini`, named by the fact `builder`; labels from the JSON file beside the weights."""
    import json

    from vizcore.zoo.bundled import mini_detectors

    labels = tuple(json.loads((folder / f"{card.key}.json").read_text())["labels"])
    module = getattr(mini_detectors, card.facts["builder"])(len(labels))
    _fill(module, card, folder)
    file = card.files[0]
    if card.has_queries:
        from vizcore.zoo.huggingface_detectors import QueryDetector

        return QueryDetector(card, module, labels, file.sha256 or "", device)
    from vizcore.zoo.ultralytics_models import UltralyticsDetector

    return UltralyticsDetector(card, module, labels, file.sha256 or "", device)


def load_promptable(card: ModelCard, folder: Path, device: str) -> SamSegmenter:
    """`sam-mini`, named by the fact `builder`."""
    from vizcore.zoo.bundled import mini_sam

    module = getattr(mini_sam, card.facts["builder"])()
    _fill(module, card, folder)
    return SamSegmenter(card, module, card.files[0].sha256 or "", device)


def _fill(module: nn.Module, card: ModelCard, folder: Path) -> None:
    """The card's file into the module. A trunk that was trained too is in the file, under the prefix `trunk`; one that
    was not comes from the package. Its batch norms are folded afterwards."""
    from vizcore.zoo.bundled.lite_trunk import trunk_state
    from vizcore.zoo.weights import load_into, load_state

    state, prefix = load_state(folder / card.files[0].name, card.key), str(card.facts["trunk"])
    if not any(name.startswith(prefix) for name in state):
        state |= {f"{prefix}{name}": tensor for name, tensor in trunk_state().items()}
    load_into(module, state, card)
    trunk: Any = module.get_submodule(prefix.rstrip("."))
    trunk.fold()
