"""Which models were made during visits? Kept in memory, each under a key that only its maker knows.

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


_models: dict[str, SessionModel] = {}
_lock = threading.Lock()


def keep(model: SessionModel) -> None:
    """Under the key of its card, until `forget`."""
    with _lock:
        _models[model.card.key] = model


def forget(key: str) -> None:
    """Does nothing where there is none."""
    with _lock:
        _models.pop(key, None)


def find(key: str) -> SessionModel | None:
    """The model with this key."""
    with _lock:
        return _models.get(key)
