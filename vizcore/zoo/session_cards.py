"""Which models were made during visits? Kept in memory, each under a key that only its makers know.

A card from here is found by its key like any other, but listed nowhere: whoever made it lists it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vizcore.zoo.cards import ModelCard


@dataclass(frozen=True, eq=False)
class SessionModel:
    """card: its `loader` is `vizcore.zoo.session_models:load_classifier`. labels: of its classes.

    method and tensors: as `vizcore.learning.taught` writes them. module: a network that is here already, in place of
    tensors.
    """

    card: ModelCard
    labels: tuple[str, ...]
    weights_sha256: str
    method: str
    tensors: Mapping[str, Any]
    module: Any = None


_models: dict[str, tuple[SessionModel, int]] = {}  # and how many hold it: two people may bring the same file
_lock = threading.Lock()


def keep(model: SessionModel) -> None:
    """Under the key of its card, titled as the last one has it, until each of those who kept it has called `forget`."""
    with _lock:
        first, holders = _models.get(model.card.key, (model, 0))
        titled_alike = first.card.title == model.card.title
        _models[model.card.key] = (first if titled_alike else model), holders + 1


def forget(key: str) -> bool:
    """One holder less; whether nobody holds it now."""
    with _lock:
        if key not in _models:
            return True
        model, holders = _models.pop(key)
        if holders > 1:
            _models[key] = model, holders - 1
        return holders == 1


def find(key: str) -> SessionModel | None:
    """The model with this key."""
    with _lock:
        return _models[key][0] if key in _models else None
