"""A network that somebody brings: a name in torchvision, timm or transformers, and its numbers as safetensors.

Nothing of the file is ever run: the architecture comes from the installed library, the file gives numbers alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn

from vizcore.errors import OwnModelRefused, WeightsMismatch
from vizcore.i18n import N_
from vizcore.learning import own_transformers
from vizcore.learning.taught import LIMIT_MB
from vizcore.zoo.cards import Licences, ModelCard
from vizcore.zoo.facts import Facts
from vizcore.zoo.random_numbers import drawing_apart
from vizcore.zoo.session_cards import SessionModel
from vizcore.zoo.session_models import TransformersNetwork

LIMITS = N_("Brought in this visit: what it learnt, on which photos, and how good it is, only its owner knows.")
TERMS = Licences(N_("the library's"), N_("the owner's"), N_("not stated"), permissive=True)
RECIPE = "imagenet-256-224-bilinear"
SIDE = 224
MOST_STAGES = 6
IMAGENET_CLASSES = 1000


def own_model(name: str, data: bytes, labels: Sequence[str] = (), config: bytes = b"") -> SessionModel:
    """name: of a CNN, of torchvision's ViTs, or a class of `own_transformers`, whose sizes `config` (a config.json)
    gives. data: the bytes of a .safetensors state dict. labels: of the classes in
    the order of the scores; ImageNet's for 1,000 classes without, numbers otherwise.

    Errors: OwnModelRefused with the reason, WeightsMismatch with the counts.
    """
    state = _state(name, data)
    if name in own_transformers.CLASSES:
        state = own_transformers.as_here(name, state)
    module = _built(name, state, config)
    _load(module, state, name)
    module.eval().requires_grad_(False)
    classes = _classes(module, state, name)
    digest = hashlib.sha256(data + config).hexdigest()
    card = _card(f"own-{digest[:12]}", name, module, _facts(module, name, classes))
    return SessionModel(card, labels_of(labels, classes), f"own-{digest}", "own", {}, module)


def _facts(module: nn.Module, name: str, classes: int) -> Facts:
    maps = _maps(module, name, classes)
    vit = _is_vit(name)
    stages = _vit_stages(module) if vit else maps
    return {
        "stages": stages,
        "cam_stage": list(stages)[-2 if vit and len(stages) > 1 else -1],
        "head": _head(module, name),
        "layout": "tokens" if vit else "nchw",
        "prefix_tokens": 1 if vit else 0,
        "classes": classes,
    }


def _card(key: str, name: str, module: nn.Module, facts: Facts) -> ModelCard:
    return ModelCard(
        key=key,
        title=name,
        family="vit" if _is_vit(name) else "cnn",
        task="classify",
        source="session",
        loader="vizcore.zoo.session_models:load_classifier",
        files=(),
        recipe=RECIPE,
        labels="own",
        parameters_m=sum(each.numel() for each in module.parameters()) / 1e6,
        licences=TERMS,
        paper="",
        embedding="avgpool",
        facts=facts,
        limits=LIMITS,
    )


def _state(name: str, data: bytes) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    if len(data) > LIMIT_MB * 1e6:
        raise OwnModelRefused(reason="weights", name=name)
    try:
        return load(data)
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError, RuntimeError):
        raise OwnModelRefused(reason="weights", name=name) from None


def _built(name: str, state: Mapping[str, torch.Tensor], config: bytes) -> nn.Module:
    """The architecture with random numbers and as many classes as the state has, at most `LIMIT_MB` large."""
    make = own_transformers.maker(name, config) if name in own_transformers.CLASSES else _maker(name)
    with torch.device("meta"):
        plan = make(IMAGENET_CLASSES)
    weight = state.get(f"{_head(plan, name)}.weight")
    if weight is None or weight.ndim != 2:
        raise OwnModelRefused(reason="weights", name=name)
    if sum(each.numel() for each in plan.parameters()) * 4 > LIMIT_MB * 1e6:
        raise OwnModelRefused(reason="weights", name=name)
    with drawing_apart():
        module: nn.Module = make(int(weight.shape[0]))
    return module


def _maker(name: str) -> Any:
    """Builds the network for a number of classes. Only exact names count, so that nothing is fetched by an address."""
    import timm
    import torchvision

    if name in torchvision.models.list_models(module=torchvision.models):
        return lambda classes: torchvision.models.get_model(name, weights=None, num_classes=classes)
    if name in timm.list_models():
        return lambda classes: timm.create_model(name, pretrained=False, num_classes=classes)
    raise OwnModelRefused(reason="architecture", name=name)


def _head(module: nn.Module, name: str) -> str:
    """The path of the last linear layer."""
    found = [path for path, each in module.named_modules() if isinstance(each, nn.Linear)]
    if not found:
        raise OwnModelRefused(reason="output", name=name)
    return str(found[-1])


def _load(module: nn.Module, state: Mapping[str, torch.Tensor], name: str) -> None:
    wanted = module.state_dict()
    missing = [key for key in wanted.keys() - state.keys() if not key.endswith("num_batches_tracked")]
    unexpected = state.keys() - wanted.keys()
    reshaped = [key for key in wanted.keys() & state.keys() if wanted[key].shape != state[key].shape]
    if missing or unexpected or reshaped:
        raise WeightsMismatch(model=name, missing=len(missing), unexpected=len(unexpected), reshaped=len(reshaped))
    module.load_state_dict(dict(state), strict=False)


def _classes(module: nn.Module, state: Mapping[str, torch.Tensor], name: str) -> int:
    return int(state[f"{_head(module, name)}.weight"].shape[0])


def _maps(module: nn.Module, name: str, classes: int) -> dict[str, str]:
    """One grey picture through the network: the deepest layer of each resolution that gives maps, shallow to deep."""
    seen: dict[int, str] = {}
    paths = {each: path for path, each in module.named_modules()}

    def note(part: nn.Module, args: Any, output: Any) -> None:
        if isinstance(output, torch.Tensor) and output.ndim == 4 and min(output.shape[2:]) > 1:
            seen[int(output.shape[-1])] = paths[part]

    hooks = [each.register_forward_hook(note) for each in paths if each is not module]
    try:
        with torch.inference_mode():
            answer = module(torch.zeros(1, 3, SIDE, SIDE))
    except (RuntimeError, ValueError, AssertionError, TypeError):  # a border: whatever the library's network objects to
        raise OwnModelRefused(reason="input", name=name) from None
    finally:
        for each in hooks:
            each.remove()
    if not isinstance(answer, torch.Tensor) or answer.shape != (1, classes) or not torch.isfinite(answer).all():
        raise OwnModelRefused(reason="output", name=name)
    if not seen or (len(seen) < 2 and not _is_vit(name)):
        raise OwnModelRefused(reason="architecture", name=name)
    kept = sorted(seen, reverse=True)[-MOST_STAGES:]
    return {f"{size} × {size}": seen[size] for size in kept}


def _is_vit(name: str) -> bool:
    return name.startswith("vit_") or name == own_transformers.VIT


def _vit_stages(module: nn.Module) -> dict[str, str]:
    path = "network.vit.layers" if isinstance(module, TransformersNetwork) else "encoder.layers"
    layers: Any = module.get_submodule(path)
    return {f"block{place + 1}": f"{path}.{name}" for place, (name, _) in enumerate(layers.named_children())}


def labels_of(given: Sequence[str], classes: int) -> tuple[str, ...]:
    """The given ones where their number fits, ImageNet's for 1,000 classes, else numbers from 1."""
    if len(given) == classes:
        return tuple(given)
    if classes == IMAGENET_CLASSES:
        import torchvision

        return tuple(torchvision.models.get_weight("ResNet18_Weights.IMAGENET1K_V1").meta["categories"])
    return tuple(f"class {number + 1}" for number in range(classes))
