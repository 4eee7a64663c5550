"""Random operations of one thread with a generator of their own, whichever library asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class DrawingMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Inside `with`, every random operation of this thread on the CPU draws from this mode's generator.

    An operation that takes no generator (`torch.rand` is one) runs inside `borrowed`, which lends it torch's.
    """

    def __init__(self, borrowed: Callable[[], AbstractContextManager[None]]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._generator = torch.Generator()
        self._borrowed = borrowed

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = dict(kwargs or {})
        if not _draws(func) or not _on_cpu(args, given):
            return func(*args, **given)
        if _takes_generator(func):
            if given.get("generator") is None:
                given["generator"] = self._generator
            return func(*args, **given)
        with self._borrowed():
            return func(*args, **given)


@lru_cache(maxsize=512)
def _draws(func: Callable[..., Any]) -> bool:
    return torch.Tag.nondeterministic_seeded in func.tags  # type: ignore[attr-defined]


@lru_cache(maxsize=64)
def _takes_generator(func: Callable[..., Any]) -> bool:
    return any(each.name == "generator" for each in func._schema.arguments)  # type: ignore[attr-defined]


def _on_cpu(args: Sequence[Any], given: Mapping[str, Any]) -> bool:
    """Of the tensor that is filled, or of the device that is asked for."""
    found = next((each.device for each in args if isinstance(each, torch.Tensor)), given.get("device"))
    return found is None or torch.device(found).type == "cpu"
