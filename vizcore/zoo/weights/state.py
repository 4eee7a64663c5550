"""How do weights get from a file into a model without running code, and without leaving a layer random?"""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vizcore.errors import WeightsDamaged, WeightsMismatch, WeightsUnsafe
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.weights.verify import kind_of, matched_a_published_hash

if TYPE_CHECKING:
    import torch
    from torch import nn

    State = dict[str, torch.Tensor]

COUNTERS = "num_batches_tracked"  # of batch norm: older files lack them, and eval mode does not read them


def load_state(path: Path, model: str = "") -> State:
    """Tensors by name, on the CPU. The content decides how it is read, never the file's name.

    safetensors is read as it is. A pickle is read only after `verify_file` matched it with a published hash, and then
    by torch's weights-only reader. WeightsUnsafe for any other pickle; WeightsDamaged for what cannot be read.
    """
    model = model or path.parent.name
    try:
        kind = kind_of(path)
        if kind == "pickle" and not matched_a_published_hash(path):
            raise WeightsUnsafe(model=model, file=str(path))
    except OSError as problem:
        raise WeightsDamaged(model=model, file=str(path)) from problem
    if kind == "unknown":
        raise WeightsDamaged(model=model, file=str(path))
    found = _read_safetensors(path, model) if kind == "safetensors" else _read_pickle(path, model)
    return _only_tensors(found, path, model)


def load_into(module: nn.Module, state: Mapping[str, torch.Tensor], card: ModelCard) -> None:
    """Copies every tensor into the module; half precision becomes the module's own.

    Names are first translated by the card's fact `renames`, pairs of (regular expression, replacement).
    WeightsMismatch counts what is missing, unexpected or of another shape; then nothing is copied.
    """
    given = renamed(state, card)
    wanted = module.state_dict()
    missing = [name for name in wanted.keys() - given.keys() if not name.endswith(COUNTERS)]
    unexpected = given.keys() - wanted.keys()
    reshaped = [name for name in wanted.keys() & given.keys() if wanted[name].shape != given[name].shape]
    if missing or unexpected or reshaped:
        raise WeightsMismatch(model=card.key, missing=len(missing), unexpected=len(unexpected), reshaped=len(reshaped))
    module.load_state_dict(given, strict=False)  # strict but for the counters


def renamed(state: Mapping[str, torch.Tensor], card: ModelCard) -> State:
    """The state under the names of the installed library's version."""
    rules = card.facts.get("renames", ())
    names = {}
    for name in state:
        new = name
        for pattern, replacement in rules:
            new = re.sub(pattern, replacement, new)
        names[name] = new
    if len(set(names.values())) < len(names):
        raise ValueError(f"expected renames of {card.key} to keep names apart, got doubles")
    return {names[name]: tensor for name, tensor in state.items()}


def _read_safetensors(path: Path, model: str) -> Any:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path, device="cpu")
    except (SafetensorError, OSError, ValueError, TypeError, KeyError, RuntimeError) as problem:
        raise WeightsDamaged(model=model, file=str(path)) from problem


def _read_pickle(path: Path, model: str) -> Any:
    import torch

    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as problem:
        raise WeightsUnsafe(model=model, file=str(path)) from problem
    except Exception as problem:  # a border: torch has no error of its own for a bad file (EOFError, KeyError ...)
        raise WeightsDamaged(model=model, file=str(path)) from problem


def _only_tensors(found: Any, path: Path, model: str) -> State:
    import torch

    if not isinstance(found, Mapping) or not found:
        raise WeightsDamaged(model=model, file=str(path))
    if not all(isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in found.items()):
        raise WeightsDamaged(model=model, file=str(path))
    return dict(found)
