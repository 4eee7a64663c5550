"""Polygons from a file as a mask: only such as can be drawn in bounded time and memory reach the native code."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vizcore.segmentation.exchange.polygons import rle_of_polygons
from vizcore.segmentation.exchange.reading import Source
from vizcore.segmentation.rle import Rle

# Pixels of all edges of a file together. Drawing keeps five points for each pixel of a ring: a tenth of a second and
# 50 MB for a million.
LONGEST_OUTLINE = 8_000_000


def drawn(source: Source, rings: Sequence[NDArray[np.floating]], size_hw: tuple[int, int]) -> Rle:
    """The union of rings (n, 2). SegmentationFileInvalid: outline, where the file's are longer than any mask's."""
    source.outline += sum(map(outline_length, rings))
    if source.outline > LONGEST_OUTLINE:
        raise source.wrong("outline")
    return source.built(lambda: rle_of_polygons(rings, size_hw))


def outline_length(ring: NDArray[np.floating]) -> float:
    """Length of a closed ring in pixels, the larger of its two directions for each edge; what drawing it costs."""
    steps = np.abs(np.diff(ring, axis=0, append=ring[:1]))
    return float(steps.max(axis=1).sum()) if len(ring) else 0.0
