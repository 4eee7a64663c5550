"""What is the reference? An uploaded mask with outlines over it, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vizcore.history import History
from vizcore.ui.canvas.outlines import Outline, mask_of

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
