"""The one colour scale of heat maps: dark violet over red to light yellow, growing in lightness all the way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.theme import HEAT_STOPS
from vizcore.results import FloatArray


def heat_colours(values: FloatArray) -> NDArray[np.float32]:
    """values (...) in [0, 1] -> RGB (..., 3) in 0..255."""
    stops = np.array([[int(code[i : i + 2], 16) for i in (1, 3, 5)] for code in HEAT_STOPS], dtype=np.float32)
    places = np.linspace(0.0, 1.0, len(stops))
    channels = [np.interp(values, places, stops[:, c]) for c in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)
