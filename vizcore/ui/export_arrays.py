"""How do arrays stand in a file that a visitor takes along: as numbers, as a small PNG, or by what is known of them?

A page of decimal text for each picture would fill gigabytes, and making it would keep the server busy after the
visitor has left.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import ExportAbandoned
from vizcore.pictures import encode_png, shrunk
from vizcore.ui.session import Visit

MOST_NUMBERS = 1_000_000  # of all arrays of one file; about 20 MB of text
PICTURE_SIDE = 512


class ArrayForm:
    """Written arrays of one file. visit: whose file it is; ExportAbandoned as soon as it has ended."""

    def __init__(self, visit: Visit | None = None) -> None:
        self._visit, self._left = visit, MOST_NUMBERS

    def __call__(self, array: NDArray[Any]) -> Any:
        """Nested lists; a picture (H, W, 3 or 4) of uint8 as PNG; beyond the numbers of a file, a summary."""
        if self._visit is not None and self._visit.left:
            raise ExportAbandoned
        if array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] in (3, 4) and array.size:
            return picture(array)
        if array.size > self._left:
            return summary(array)
        self._left -= array.size
        return array.tolist()


def picture(rgb: NDArray[np.uint8]) -> dict[str, Any]:
    """{"png_base64", "size_wh", "shown_wh", "sha256"}: no side over PICTURE_SIDE, the hash of the whole picture."""
    small = shrunk(rgb, PICTURE_SIDE)
    return {
        "png_base64": base64.b64encode(encode_png(small)).decode("ascii"),
        "size_wh": [rgb.shape[1], rgb.shape[0]],
        "shown_wh": [small.shape[1], small.shape[0]],
        "sha256": _hash(rgb),
    }


def summary(array: NDArray[Any]) -> dict[str, Any]:
    """What is known of an array that is too large for a text file."""
    known = {"left_out": array.size, "shape": list(array.shape), "dtype": str(array.dtype), "sha256": _hash(array)}
    if array.dtype.kind not in "iuf":
        return known
    finite = array[np.isfinite(array)]
    if not finite.size:
        return known
    return {**known, "least": finite.min().item(), "most": finite.max().item(), "mean": float(finite.mean())}


def _hash(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
