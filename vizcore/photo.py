"""The one type in which a picture travels between modules."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Note:
    """Something intake did to a picture, as a code with values: Note("first_frame", {"frames": 12})."""

    code: str
    values: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Photo:
    """An upright sRGB picture.

    rgb: (H, W, 3) uint8, read-only. sha256: of shape and pixels, the only cache key for pictures.
    name: a label for people, never a path. notes: what intake did.
    """

    rgb: NDArray[np.uint8]
    name: str
    notes: tuple[Note, ...] = ()
    sha256: str = ""

    def __post_init__(self) -> None:
        if self.rgb.ndim != 3 or self.rgb.shape[2] != 3 or self.rgb.dtype != np.uint8 or 0 in self.rgb.shape:
            raise ValueError(f"expected uint8 pixels (H, W, 3), got {self.rgb.dtype} {self.rgb.shape}")
        pixels = np.ascontiguousarray(self.rgb)
        if pixels is self.rgb and pixels.flags.writeable:
            pixels = pixels.copy()
        pixels.flags.writeable = False
        object.__setattr__(self, "rgb", pixels)
        object.__setattr__(self, "sha256", self.sha256 or pixels_sha256(pixels))

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])


def pixels_sha256(rgb: NDArray[np.uint8]) -> str:
    """Hex digest of the shape ("HxWx3" in ASCII) followed by the row-major pixels."""
    digest = hashlib.sha256("x".join(map(str, rgb.shape)).encode())
    digest.update(np.ascontiguousarray(rgb).data)
    return digest.hexdigest()
