"""May another runtime answer in the place of a model's network, and did it?

It may where nobody could tell but by the clock: in inference mode (no gradient will ever be asked for), in full
precision, on the CPU, at the size it was made for, and with no hook on the network that wants to see its inside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import torch
from numpy.typing import NDArray

Run = Callable[[NDArray[np.float32]], Sequence[NDArray[Any]]]


class FastAnswers(Protocol):
    """What stands behind a model's `fast`. answered: calls so far. library, version: who answers."""

    answered: int
    library: str
    version: str

    def ready(self) -> bool:
        """Whether it can answer now; asked before every answer, so that it may get ready meanwhile."""
        ...

    def run(self, pixels: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """pixels (B, 3, H, W) -> its outputs by name."""
        ...

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width of the pixels that it was made for."""
        ...


def fast_answer(model: Any, pixels: torch.Tensor) -> dict[str, torch.Tensor] | None:
    """Its outputs by name for pixels (B, 3, H, W) in [0, 1], or None where the network has to answer itself."""
    fast: FastAnswers | None = model.fast
    if fast is None or not _nobody_looks(model, pixels) or not fast.ready():
        return None
    if tuple(pixels.shape[2:]) != fast.size_hw:
        return None
    found = fast.run(pixels.numpy())
    fast.answered += 1
    return {name: torch.from_numpy(array) for name, array in found.items()}


def _nobody_looks(model: Any, pixels: torch.Tensor) -> bool:
    """Whether no gradient, no other number type and no hook is in play."""
    plain = pixels.device.type == "cpu" and pixels.dtype == torch.float32 and not torch.is_autocast_enabled("cpu")
    return plain and torch.is_inference_mode_enabled() and not hooked(model.module)


_places: WeakKeyDictionary[torch.nn.Module, tuple[Sized, ...]] = WeakKeyDictionary()


def hooked(network: torch.nn.Module) -> bool:
    """Whether any of its parts has a forward hook. Where hooks are kept is found once: this is asked all the time."""
    places = _places.get(network)
    if places is None:
        parts = list(network.modules())
        places = _places[network] = tuple(
            kept for part in parts for kept in (part._forward_hooks, part._forward_pre_hooks)
        )
    return any(places)


def without_fast(model: Any) -> Any:
    """The same model, whose network always answers itself: what a measurement or an export of it must ask.

    It shares the network. A model that never answers fast is returned as it is.
    """
    if getattr(model, "fast", None) is None:
        return model
    from copy import copy

    alone = copy(model)
    alone.fast = None
    return alone
