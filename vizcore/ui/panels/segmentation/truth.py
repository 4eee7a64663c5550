"""What is the reference, and how does drawing change it? An uploaded mask with outlines over it; pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.canvas.outlines import Outline, mask_of, outline_of

if TYPE_CHECKING:
    from vizcore.segmentation.rle import Rle

MOST_STEPS = 200


@dataclass(frozen=True, eq=False)
class Reference:
    """base: a mask from a file or a segmenter, None for nothing. outlines: drawn over it, in their order."""

    base: Rle | None = None
    outlines: tuple[Outline, ...] = ()

    @property
    def given(self) -> bool:
        """Whether there is a reference, an empty mask from a file included."""
        return self.base is not None or bool(self.outlines)

    def mask(self, width: int, height: int) -> NDArray[np.bool_]:
        """(height, width) bool."""
        below = None if self.base is None else self.base.decode()
        return mask_of(self.outlines, width, height, below=below)


@dataclass(frozen=True, eq=False)
class ReferenceSteps:
    """The reference with the way back and forward. rev counts every change."""

    now: Reference = Reference()
    past: tuple[Reference, ...] = ()
    future: tuple[Reference, ...] = ()
    rev: int = 0

    def to(self, reference: Reference) -> ReferenceSteps:
        return ReferenceSteps(reference, (*self.past, self.now)[-MOST_STEPS:], (), self.rev + 1)


def after_drawing(steps: ReferenceSteps, event: CanvasEvent) -> ReferenceSteps:
    """What an outline, undo, redo or clear leads to."""
    if event.kind == "undo" and steps.past:
        *past, before = steps.past
        return ReferenceSteps(before, tuple(past), (steps.now, *steps.future), steps.rev + 1)
    if event.kind == "redo" and steps.future:
        after, *future = steps.future
        return ReferenceSteps(after, (*steps.past, steps.now), tuple(future), steps.rev + 1)
    if event.kind == "clear" and steps.now.given:
        return steps.to(Reference())
    if (outline := outline_of(event)) is not None:
        return steps.to(replace(steps.now, outlines=(*steps.now.outlines, outline)))
    return replace(steps, rev=steps.rev + 1)
