"""Loads a model that was made during a visit: its backbone from the zoo, with what was learnt put in."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
from torch import nn

from vizcore.errors import UnknownModel, WeightsMismatch
from vizcore.zoo import session_cards
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.feature_models import TorchFeatureModel, TransformersModel
from vizcore.zoo.session_cards import SessionModel

DOWN, UP = ".lora_A", ".lora_B"


class TransformersNetwork(nn.Module):
    """A classifier of transformers that answers as torchvision's do, with its logits alone."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.network(pixel_values=pixels).logits  # type: ignore[no-any-return]

    def attentions(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        """Of every layer, first layer first (B, heads, N, N)."""
        return list(self.network(pixel_values=pixels, output_attentions=True).attentions)


class BroughtVit(TransformersModel):
    """A ViT of transformers that somebody brought."""

    def _attentions(self, normalised: torch.Tensor) -> list[torch.Tensor]:
        network: Any = self.module
        return list(network.attentions(normalised))


def load_classifier(card: ModelCard, folder: Path, device: str) -> TorchFeatureModel:
    """The card's backbone (fact `base`) with another head and, where they were learnt, other weights.

    Errors: UnknownModel after the visit that made it, WeightsMismatch.
    """
    made = session_cards.find(card.key)
    if made is None:
        raise UnknownModel(key=card.key, known=[])
    if made.module is not None:
        module = copy.deepcopy(made.module)
        own_vit = isinstance(module, TransformersNetwork) and card.family == "vit"
        return (BroughtVit if own_vit else TorchFeatureModel)(card, module, made.labels, made.weights_sha256, device)
    base = _backbone(card.facts["base"])
    module = with_learnt(base.module, base.card.facts["head"], made)
    return type(base)(card, module, made.labels, made.weights_sha256, device)


def with_learnt(module: nn.Module, head: str, made: SessionModel) -> nn.Module:
    """The network, changed in place: a head for the made model's classes, and its tensors in their places."""
    old: Any = module.get_submodule(head)
    module.set_submodule(head, nn.Linear(old.in_features, len(made.labels)))
    tensors = {name: torch.from_numpy(each) for name, each in made.tensors.items() if not name.startswith("test.")}
    if made.method == "linear":
        tensors = {f"{head}.{name}": each for name, each in tensors.items()}
    state = module.state_dict()
    learnt = merged(state, tensors) if made.method == "lora" else tensors
    unexpected = learnt.keys() - state.keys()
    reshaped = [name for name in learnt.keys() & state.keys() if learnt[name].shape != state[name].shape]
    missing = [] if made.method in {"linear", "lora"} else [name for name in state if name not in learnt]
    if unexpected or reshaped or missing:
        raise WeightsMismatch(
            model=made.card.key, missing=len(missing), unexpected=len(unexpected), reshaped=len(reshaped)
        )
    module.load_state_dict(learnt, strict=False)
    return module


def merged(state: dict[str, torch.Tensor], learnt: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The head's tensors, and each adapted layer's weight with its product added; odd ones stay to be complained of."""
    merged = {}
    for name, each in learnt.items():
        layer = name.removesuffix(DOWN)
        weight, up = f"{layer}.weight", learnt.get(f"{layer}{UP}")
        if name.endswith(DOWN) and weight in state and up is not None and up.shape[-1:] == each.shape[:1]:
            merged[weight] = state[weight] + up @ each
        elif not name.endswith(UP):
            merged[name] = each
    return merged


def _backbone(key: str) -> TorchFeatureModel:
    from vizcore.zoo.catalogue import card
    from vizcore.zoo.load import load_model

    loaded: Any = load_model(card(key), "cpu")
    return loaded  # type: ignore[no-any-return]
