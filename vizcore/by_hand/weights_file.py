"""How do the learned weights leave as a file that NumPy opens without running anything?"""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np

from vizcore.results import FloatArray


def npz_bytes(parameters: Mapping[str, FloatArray]) -> bytes:
    """A compressed npz with one array for each tensor, by its name."""
    stream = io.BytesIO()
    np.savez_compressed(stream, **dict(parameters))  # type: ignore[arg-type]
    return stream.getvalue()
