"""Does an operation leave the model and the thread as it found them?

Other visitors use both: a hook left behind would see their pictures, a flag left behind would change their numbers.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from vizcore.engine.device import loaded_torch

log = logging.getLogger("vizcore.engine")

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")


class Footprint(NamedTuple):
    """What must be the same before and after every turn. All zero and default while torch is not loaded."""

    gradients: bool = True
    inference: bool = False
    hooks: int = 0
    training: int = 0
    differentiable: int = 0


@dataclass(frozen=True, eq=False)
class _Watched:
    """The places of one module that are looked at, found once. Without the module itself, which must not be kept."""

    hooks: tuple[Sized, ...]
    children: tuple[Any, ...]
    weights: tuple[Any, ...]


_watched: WeakKeyDictionary[Any, _Watched] = WeakKeyDictionary()
_in_training, _differentiable = attrgetter("training"), attrgetter("requires_grad")


def footprint(model: object) -> Footprint:
    """Modes of this thread; hooks, training flags and gradient flags of the model's `module`, if it has one."""
    torch = loaded_torch()
    if torch is None:
        return Footprint()
    gradients, inference = torch.is_grad_enabled(), torch.is_inference_mode_enabled()
    module = getattr(model, "module", None)
    if not isinstance(module, torch.nn.Module):
        return Footprint(gradients, inference)
    places = _watched.get(module) or _watch(module)
    return Footprint(
        gradients,
        inference,
        hooks=sum(map(len, filter(None, places.hooks))),
        training=module.training + sum(map(_in_training, places.children)),
        differentiable=sum(map(_differentiable, places.weights)),
    )


def weights_of(model: object) -> Sequence[Any]:
    """The weights of the model's `module`; none if it has none, or while torch is not loaded."""
    torch = loaded_torch()
    module = getattr(model, "module", None)
    if torch is None or not isinstance(module, torch.nn.Module):
        return ()
    return (_watched.get(module) or _watch(module)).weights


def _watch(module: Any) -> _Watched:
    parts = list(module.modules())
    hooks = tuple(getattr(part, name) for part in parts for name in HOOKS)
    places = _watched[module] = _Watched(hooks, tuple(parts[1:]), tuple(module.parameters()))
    return places


@contextmanager
def left_unchanged(model: object, on_change: Callable[[], None]) -> Iterator[None]:
    """Calls `on_change` (whose turn it is to let go), puts the thread's modes back, and raises if nothing else did."""
    before = footprint(model)
    try:
        yield
    except BaseException:
        if footprint(model) != before:
            _put_back(before, on_change)
        raise
    if (after := footprint(model)) != before:
        log.error("left behind: %s, before it %s", after, before)
        _put_back(before, on_change)
        raise ValueError(f"expected an operation to leave {before} between its steps, got {after}")


def _put_back(before: Footprint, on_change: Callable[[], None]) -> None:
    """The model is given up by `on_change`; inference mode ends by itself when nobody holds its guard any more."""
    on_change()
    sys.modules["torch"].set_grad_enabled(before.gradients)
