"""What is the reference, and how does drawing change it? An uploaded mask with outlines over it; pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vizcore.history import History
from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.canvas.outlines import Outline, mask_of, outline_of

if TYPE_CHECKING:
    from vizcore.segmentation.rle import Rle


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
class ReferenceHistory(History[Reference]):
    """The reference now, and before."""

    now: Reference = Reference()


def after_drawing(steps: ReferenceHistory, event: CanvasEvent) -> ReferenceHistory:
    """What an outline, undo, redo or clear leads to."""
    if event.kind in ("undo", "redo"):
        moved = steps.undone() if event.kind == "undo" else steps.redone()
        return moved if moved is not steps else replace(steps, rev=steps.rev + 1)
    if event.kind == "clear" and steps.now.given:
        return steps.to(Reference())
    if (outline := outline_of(event)) is not None:
        return steps.to(replace(steps.now, outlines=(*steps.now.outlines, outline)))
    return replace(steps, rev=steps.rev + 1)
