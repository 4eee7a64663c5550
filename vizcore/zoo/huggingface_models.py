"""Loads ViT and DINOv2 through transformers, built from the card's own facts: no file but the weights is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.feature_models import HuggingFaceFeatureModel


def load_classifier(card: ModelCard, folder: Path, device: str) -> HuggingFaceFeatureModel:
    """Facts: `class` (a transformers class), `config` (its config's numbers), `labels_enum` for ImageNet's names."""
    import torchvision
    import transformers

    from vizcore.zoo.weights import load_into, load_state

    kind: Any = getattr(transformers, card.facts["class"])
    config = kind.config_class(**dict(card.facts["config"]))
    module = kind._from_config(config, attn_implementation="eager")
    file = card.files[0]
    load_into(module, load_state(folder / file.name), card)
    enum = card.facts.get("labels_enum")
    labels = torchvision.models.get_weight(str(enum)).meta["categories"] if enum else ()
    return HuggingFaceFeatureModel(card, module, labels, file.sha256 or "", device)
