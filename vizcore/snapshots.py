"""What does a long operation show of itself between two steps?

A long operation is a generator function `(model, photo, settings)` that yields snapshots. While it stands at a `yield`
other work may use the same model on the same thread, so it holds nothing there: no hook, no changed flag of the model,
no gradient or inference mode. The engine fails a job that does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vizcore.results import Result

Operation = TypeVar("Operation", bound=Callable[..., Any])
_BACKGROUND = "works_in_background"


def in_background(operation: Operation) -> Operation:
    """Marks an operation that works for minutes, such as training: no short answer shall wait for its steps."""
    setattr(operation, _BACKGROUND, True)
    return operation


def is_in_background(operation: object) -> bool:
    """Whether the operation bears that mark."""
    return bool(getattr(operation, _BACKGROUND, False))


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The state after `step` of `total` steps.

    values: numbers worth a curve, finite, by name. preview: (H, W, 3) uint8, read-only, where there is a picture to
    show. result: what the operation would answer if it were stopped now; the last one given is the answer.
    """

    step: int
    total: int
    values: Mapping[str, float] = field(default_factory=dict)
    preview: NDArray[np.uint8] | None = None
    result: Result | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.step <= self.total:
            raise ValueError(f"expected a step in 0..{self.total}, got {self.step}")
        if wrong := {name: value for name, value in self.values.items() if not math.isfinite(value)}:
            raise ValueError(f"expected finite values, got {wrong}")
        if self.preview is not None:
            object.__setattr__(self, "preview", _read_only_rgb(self.preview))


def _read_only_rgb(preview: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if preview.ndim != 3 or preview.shape[2] != 3 or preview.dtype != np.uint8:
        raise ValueError(f"expected a preview uint8 (H, W, 3), got {preview.dtype} {preview.shape}")
    own = preview.copy() if preview.flags.writeable else preview
    own.flags.writeable = False
    return own
