"""Which layers of a network that somebody brings can be looked at: its head, its maps, the blocks of a ViT?

One grey picture goes through it, and every layer is watched.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from vizcore.errors import OwnModelRefused
from vizcore.zoo.facts import Facts
from vizcore.zoo.session_models import TransformersNetwork

SIDE = 224
MOST_STAGES = 6
BLOCKS = {True: "network.vit.layers", False: "encoder.layers"}  # by whether it is of transformers


def layer_facts(module: nn.Module, name: str, *, vit: bool) -> Facts:
    """What a card says of its layers. Errors: OwnModelRefused for a network that is no classifier of this kind."""
    head = last_linear(module, name)
    linear: Any = module.get_submodule(head)
    classes = int(linear.out_features)
    maps = _maps(module, name, head, classes)
    stages = _blocks(module) if vit else maps
    if len(stages) < (1 if vit else 2):
        raise OwnModelRefused(reason="architecture", name=name)
    return {
        "stages": stages,
        "cam_stage": list(stages)[-2 if vit and len(stages) > 1 else -1],
        "head": head,
        "layout": "tokens" if vit else "nchw",
        "prefix_tokens": 1 if vit else 0,
        "classes": classes,
    }


def last_linear(module: nn.Module, name: str) -> str:
    """The path of the last linear layer."""
    found = [path for path, each in module.named_modules() if isinstance(each, nn.Linear)]
    if not found:
        raise OwnModelRefused(reason="output", name=name)
    return str(found[-1])


def _maps(module: nn.Module, name: str, head: str, classes: int) -> dict[str, str]:
    """The deepest layer of each resolution that gives maps (1, C, h, h), shallow to deep.

    What is larger than a map before it is none: attention among h² places has h² rows.
    """
    seen: dict[int, str] = {}
    scores: list[torch.Tensor] = []
    paths = {each: path for path, each in module.named_modules()}

    def note(part: nn.Module, args: Any, output: Any) -> None:
        if paths[part] == head:
            scores.append(output)
        if isinstance(output, torch.Tensor) and _is_map(output.shape) and output.shape[-1] <= min(seen, default=SIDE):
            seen[int(output.shape[-1])] = paths[part]

    answer = _answer(module, name, note)
    if not isinstance(answer, torch.Tensor) or answer.shape != (1, classes) or not torch.isfinite(answer).all():
        raise OwnModelRefused(reason="output", name=name)
    if len(scores) != 1 or not torch.equal(scores[0], answer):  # the last linear layer does not give the scores
        raise OwnModelRefused(reason="output", name=name)
    kept = sorted(seen, reverse=True)[-MOST_STAGES:]
    return {f"{size} × {size}": seen[size] for size in kept}


def _answer(module: nn.Module, name: str, note: Any) -> Any:
    """What it says to a grey picture, `note` being called with every layer's output."""
    hooks = [each.register_forward_hook(note) for each in module.modules() if each is not module]
    try:
        with torch.inference_mode():
            return module(torch.zeros(1, 3, SIDE, SIDE))
    except (RuntimeError, ValueError, AssertionError, TypeError):  # a border: whatever the library's network objects to
        raise OwnModelRefused(reason="input", name=name) from None
    finally:
        for each in hooks:
            each.remove()


def _is_map(shape: torch.Size) -> bool:
    """Channels first, one picture, a square of more than one place: not (1, h, h, C), as some blocks have inside."""
    return len(shape) == 4 and shape[0] == 1 and 1 < shape[2] == shape[3] and shape[1] != shape[2]


def _blocks(module: nn.Module) -> dict[str, str]:
    path = BLOCKS[isinstance(module, TransformersNetwork)]
    layers: Any = module.get_submodule(path)
    return {f"block{place + 1}": f"{path}.{name}" for place, (name, _) in enumerate(layers.named_children())}
