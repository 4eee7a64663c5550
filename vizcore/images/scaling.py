"""How do grey values of 16 or 32 bits become 8 bits without turning everything white or black?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.images.notes import note
from vizcore.photo import Note

SENSOR_BITS = (8, 10, 12)  # cameras and microscopes store these in words of 16
ROWS = 512

Values = NDArray[Any]


def to_8_bits(values: Values, bits: int) -> tuple[NDArray[np.uint8], list[Note]]:
    """values (H, W), integer or float -> (H, W) uint8, with the notes that say which values became black and white.

    bits: what the file claims for its values. NaN and infinity become black.
    """
    finite = np.isfinite(values) if values.dtype.kind == "f" else None
    black, white = _ends(values if finite is None else values[finite], bits)
    notes = [note("scaled", bits=bits, black=black, white=white)]
    if finite is not None and not finite.all():
        notes.append(note("not_finite", pixels=int(finite.size - np.count_nonzero(finite))))
    return _stretched(values, black, white), notes


def _ends(values: Values, bits: int) -> tuple[float, float]:
    """The values that become black and white: the range the numbers are meant in, else the range they have."""
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if low < 0:
        return low, high
    if values.dtype.kind == "f":
        return next(((0.0, top) for top in (1.0, 255.0) if high <= top), (low, high))
    if high >= 2**16:
        return low, high
    tops = [2**each - 1 for each in (*SENSOR_BITS, min(bits, 16))]
    return 0.0, float(next(top for top in (*tops, 2**16 - 1) if high <= top))


def _stretched(values: Values, black: float, white: float) -> NDArray[np.uint8]:
    """Row blocks keep the memory for the float64 intermediate small."""
    scaled = np.empty(values.shape, np.uint8)
    span = white - black or 1.0
    for top in range(0, len(values), ROWS):
        block = (values[top : top + ROWS].astype(np.float64) - black) * 255.0 / span
        block[~np.isfinite(block)] = 0.0
        scaled[top : top + ROWS] = np.clip(np.rint(block), 0, 255)
    return scaled
