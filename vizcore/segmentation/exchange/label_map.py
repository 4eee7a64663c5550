"""Several objects in one grey picture: 0 for the background, k for object k."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from vizcore.photo import Note
from vizcore.segmentation.exchange.objects import SegmentedObject

WHITE = 255
MOST_IN_BYTES = 254  # white is no label: it is the inside of a mask, or void
MOST_IN_WORDS = 65_535


def label_map_png(objects: Sequence[SegmentedObject], size_wh: tuple[int, int]) -> tuple[bytes, tuple[Note, ...]]:
    """PNG of 8 bits, of 16 from the 255th object on; 255 for a single one, so that people see it. Where objects
    overlap the last one counts, with a note. ValueError for more than 65,535 objects.
    """
    if len(objects) > MOST_IN_WORDS:
        raise ValueError(f"expected at most {MOST_IN_WORDS} objects, got {len(objects)}")
    labels = np.zeros(size_wh[::-1], np.uint8 if len(objects) <= MOST_IN_BYTES else np.uint16)
    overlap = 0
    for number, each in enumerate(objects, start=1):
        mask = each.rle.decode()
        overlap += int(np.count_nonzero(labels[mask]))
        labels[mask] = WHITE if len(objects) == 1 else number
    stream = io.BytesIO()
    Image.fromarray(labels).save(stream, "PNG", compress_level=3)
    return stream.getvalue(), (Note("masks_overlap", {"pixels": overlap}),) if overlap else ()
