"""Classifiers of transformers by the exact name of their class, their sizes from a config.json, nothing fetched or run.

Only the classes of `CLASSES` are built, from the installed library; of the config only the class's own plain values are
read, so that neither code nor another repository can be named in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import prod
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from vizcore.errors import OwnModelRefused
from vizcore.learning.own_layers import SIDE
from vizcore.zoo.catalogue.huggingface_cards import VIT_RENAMES
from vizcore.zoo.session_models import TransformersNetwork

CLASSES: Mapping[str, str] = {
    "ResNetForImageClassification": "ResNetConfig",
    "ConvNextForImageClassification": "ConvNextConfig",
    "RegNetForImageClassification": "RegNetConfig",
    "ViTForImageClassification": "ViTConfig",
}
VIT = "ViTForImageClassification"
LIMIT_BYTES = 100_000
COUNTS = {"depths", "num_hidden_layers", "num_stages"}  # of layers; every other whole number is a width or a side
MOST_LAYERS = 200
MOST_WIDE = 32_768
MOST_ATTENTION = 500_000_000  # weights in all blocks for one picture: 2 GB
MOST_FLOPS = 1_000_000_000_000  # for one picture: eight times a ViT-L/16's, half a minute on a laptop
INSIDE = "network."


def maker(name: str, config: bytes) -> Any:
    """Builds the network for a number of classes, its sizes the config's or the library's own. OwnModelRefused."""
    import transformers

    kind, chosen = getattr(transformers, CLASSES[name]), _values(name, config)

    def make(classes: int) -> nn.Module:
        try:
            made = kind(**chosen, num_labels=classes, attn_implementation="eager")
            if name == VIT and _attention_weights(made) > MOST_ATTENTION:
                raise OwnModelRefused(reason="config", name=name)
            return TransformersNetwork(getattr(transformers, name)(made))
        except Exception:  # a border: each config objects in its own way
            raise OwnModelRefused(reason="config", name=name) from None

    return make


def _attention_weights(made: Any) -> int:
    """Of one picture, in all heads and blocks: a ViT of few parameters may have very many patches."""
    patch = made.patch_size if isinstance(made.patch_size, (list, tuple)) else (made.patch_size, made.patch_size)
    tokens = SIDE**2 // prod(patch) + 1
    return int(made.num_hidden_layers * made.num_attention_heads * tokens**2)


def check_work(plan: nn.Module, name: str) -> None:
    """OwnModelRefused where one picture is too much work: small patches put few parameters to very many places.

    plan: what `maker` builds; it is moved to the meta device, so that counting computes nothing.
    """
    picture = torch.empty(1, 3, SIDE, SIDE, device="meta")
    try:
        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            plan.to("meta").eval()(picture)
    except Exception:  # a border: a network of other channels objects in its own way
        raise OwnModelRefused(reason="config", name=name) from None
    if counter.get_total_flops() > MOST_FLOPS:
        raise OwnModelRefused(reason="config", name=name)


def as_here(name: str, state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The state dict under the names that the network has here; published ViT files have older ones."""
    found = {}
    for key, each in state.items():
        for old, new in VIT_RENAMES if name == VIT and ".encoder.layer." in f".{key}" else ():
            key = re.sub(old, new, key)
        found[f"{INSIDE}{key}"] = each
    return found


def _values(name: str, config: bytes) -> dict[str, Any]:
    """The plain values that the class's own config has, and no others; {} without a file."""
    import transformers

    if not config:
        return {}
    try:
        given = json.loads(config) if len(config) <= LIMIT_BYTES else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or "auto_map" in given:
        raise OwnModelRefused(reason="config", name=name)
    own = getattr(transformers, CLASSES[name])
    known = set(own().to_dict()) - set(transformers.PretrainedConfig().to_dict())
    values = {key: value for key, value in given.items() if key in known and _is_plain(value)}
    if any(_is_too_much(key, value) for key, value in values.items()):
        raise OwnModelRefused(reason="config", name=name)
    return values


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return len(value) <= 16 and all(isinstance(each, (int, float, str)) for each in value)
    return isinstance(value, (int, float)) or (isinstance(value, str) and len(value) <= 40)


def _is_too_much(key: str, value: Any) -> bool:
    """Before anything is built: a network of very many layers, or a very wide one, takes the server for hours."""
    sizes = [abs(each) for each in (value if isinstance(value, list) else [value]) if isinstance(each, int)]
    return sum(sizes) > MOST_LAYERS if key in COUNTS else max(sizes, default=0) > MOST_WIDE
