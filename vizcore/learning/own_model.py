"""A network that somebody brings: a name in torchvision, timm or transformers, and its numbers as safetensors.

Nothing of the file is ever run: the architecture comes from the installed library, the file gives numbers alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from vizcore.errors import OwnLabelsDiffer, OwnModelRefused, WeightsMismatch
from vizcore.i18n import N_
from vizcore.learning import own_transformers
from vizcore.learning.own_layers import last_linear, layer_facts
from vizcore.learning.taught import LIMIT_MB
from vizcore.zoo.cards import Licences, ModelCard
from vizcore.zoo.random_numbers import drawing_apart
from vizcore.zoo.session_cards import SessionModel

LIMITS = N_("Brought in this visit: what it learnt, on which photos, and how good it is, only its owner knows.")
TERMS = Licences(N_("the library's"), N_("the owner's"), N_("not stated"), permissive=True)
RECIPE = "imagenet-256-224-bilinear"
IMAGENET_CLASSES = 1000


def own_model(name: str, data: bytes, labels: Sequence[str] = (), config: bytes = b"") -> SessionModel:
    """name: of a CNN, of torchvision's ViTs, or a class of `own_transformers`, whose sizes `config` (a config.json)
    gives. data: the bytes of a .safetensors state dict. labels: of the classes in
    the order of the scores; ImageNet's for 1,000 classes without, numbers otherwise.

    Errors: OwnModelRefused with the reason, WeightsMismatch with the counts, OwnLabelsDiffer.
    """
    state = _state(name, data)
    if name in own_transformers.CLASSES:
        state = own_transformers.as_here(name, state)
    module = _built(name, state, config)
    _load(module, state, name)
    module.eval().requires_grad_(False)
    digest = hashlib.sha256(data + repr((name, config, tuple(labels))).encode()).hexdigest()
    card = _card(name, module, digest)
    if labels and len(labels) != card.facts["classes"]:
        raise OwnLabelsDiffer(found=len(labels), limit=int(card.facts["classes"]))
    return SessionModel(card, labels_of(labels, int(card.facts["classes"])), f"own-{digest}", "own", {}, module)


def _card(name: str, module: nn.Module, digest: str) -> ModelCard:
    """What is known of it: its layers and its size, and nothing of what it learnt."""
    vit = _is_vit(name)
    return ModelCard(
        key=f"own-{digest[:12]}",
        title=name,
        family="vit" if vit else "cnn",
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
        facts=layer_facts(module, name, vit=vit),
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
    with _Unfilled():
        plan = make(IMAGENET_CLASSES)
    head = last_linear(plan, name)
    weight = state.get(f"{head}.weight")
    if weight is None or weight.ndim != 2:
        raise OwnModelRefused(reason="weights", name=name)
    linear: Any = plan.get_submodule(head)
    more = (int(weight.shape[0]) - IMAGENET_CLASSES) * int(linear.in_features)
    if (sum(each.numel() for each in plan.parameters()) + more) * 4 > LIMIT_MB * 1e6:
        raise OwnModelRefused(reason="weights", name=name)
    if name in own_transformers.CLASSES:
        own_transformers.check_work(plan, name)
    with drawing_apart():
        module: nn.Module = make(int(weight.shape[0]))
    return module


class _Unfilled(TorchFunctionMode):
    """Layers take no memory; what a network reckons while it is built (RegNet its widths) has real numbers."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = dict(kwargs or {})
        if func in (torch.empty, torch.randn) and given.get("device") is None:
            given["device"] = "meta"
        return func(*args, **given)


def _maker(name: str) -> Any:
    """Builds the network for a number of classes. Only exact names count, so that nothing is fetched by an address."""
    import timm
    import torchvision

    if name in _of_torchvision():
        return lambda classes: torchvision.models.get_model(name, weights=None, num_classes=classes)
    if name in timm.list_models():
        return lambda classes: timm.create_model(name, pretrained=False, num_classes=classes)
    raise OwnModelRefused(reason="architecture", name=name)


def _load(module: nn.Module, state: Mapping[str, torch.Tensor], name: str) -> None:
    wanted = module.state_dict()
    missing = [key for key in wanted.keys() - state.keys() if not key.endswith("num_batches_tracked")]
    unexpected = state.keys() - wanted.keys()
    reshaped = [key for key in wanted.keys() & state.keys() if wanted[key].shape != state[key].shape]
    if missing or unexpected or reshaped:
        raise WeightsMismatch(model=name, missing=len(missing), unexpected=len(unexpected), reshaped=len(reshaped))
    module.load_state_dict(dict(state), strict=False)


def _is_vit(name: str) -> bool:
    return name == own_transformers.VIT or (name.startswith("vit_") and name in _of_torchvision())


def _of_torchvision() -> list[str]:
    import torchvision

    return list(torchvision.models.list_models(module=torchvision.models))


def labels_of(given: Sequence[str], classes: int) -> tuple[str, ...]:
    """The given ones where their number fits, ImageNet's for 1,000 classes, else numbers from 1."""
    if len(given) == classes:
        return tuple(given)
    if classes == IMAGENET_CLASSES:
        import torchvision

        return tuple(torchvision.models.get_weight("ResNet18_Weights.IMAGENET1K_V1").meta["categories"])
    return tuple(f"class {number + 1}" for number in range(classes))
