"""Which photos are near-twins, or frames of one burst, so that they must not be on both sides of a split?"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.photo import Photo

SIDE = 24
ALIKE = 0.97  # correlation of two grey thumbnails from which they count as one picture
ROWS_AT_ONCE = 512
BURST = re.compile(r"^(.*?)[-_ ]?burst[-_ ]?(\d+)", re.IGNORECASE)
MOMENT_DIGITS = 10  # so many digits behind "burst" are the moment of the whole burst, not the number of a frame


def thumbnail_vector(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W, 3) -> (576,): grey, 24 x 24, mean 0, length 1; zeros for a picture of one tone."""
    grey = Image.fromarray(rgb).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    values = np.asarray(grey, np.float32).ravel()
    values = values - values.mean()
    length = float(np.linalg.norm(values))
    return values / length if length > 1e-3 else np.zeros_like(values)


def twin_pairs(vectors: NDArray[np.float32], alike: float = ALIKE) -> list[tuple[int, int]]:
    """vectors (n, D) of unit length -> pairs (i, j), i < j, whose correlation, mirrored or not, is `alike` or more."""
    pairs: list[tuple[int, int]] = []
    if not len(vectors):
        return pairs
    mirrored = vectors.reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(len(vectors), -1)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = vectors[start : start + ROWS_AT_ONCE]
        likeness = np.maximum(part @ vectors.T, part @ mirrored.T)  # (rows, n)
        rows, columns = np.nonzero(likeness >= alike)
        pairs += [(int(row) + start, int(column)) for row, column in zip(rows, columns, strict=True)]
    return [(i, j) for i, j in pairs if i < j]


def joined(count: int, pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Group of each of `count` things, where pairs belong together: the lowest number in the group (union-find)."""
    parent = list(range(count))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return np.array([root(place) for place in range(count)], np.int64)


def burst_of(name: str) -> str:
    """What frames of one burst share in their names; "" for another name.

    IMG_7_BURST003.jpg -> "img_7"; 00001IMG_00001_BURST20190322114223456.jpg -> "20190322114223456".
    """
    found = BURST.match(name)
    if found is None:
        return ""
    return found[2] if len(found[2]) >= MOMENT_DIGITS else found[1].casefold() or "burst"


def photo_groups(photos: Sequence[Photo], bursts: Sequence[str] = ()) -> NDArray[np.int64]:
    """(n,): the group of each photo. bursts: a name for photos taken in one go, "" for the others; by default as the
    files' names say."""
    if not photos:
        return np.zeros(0, np.int64)
    named = bursts or [burst_of(each.name) for each in photos]
    return groups_of(np.stack([thumbnail_vector(each.rgb) for each in photos]), named)


def groups_of(vectors: NDArray[np.float32], bursts: Sequence[str]) -> NDArray[np.int64]:
    """The same from the photos' thumbnail vectors (n, 576)."""
    pairs = twin_pairs(vectors)
    first: dict[str, int] = {}
    for place, burst in enumerate(bursts):
        if burst:
            pairs.append((first.setdefault(burst, place), place))
    return joined(len(vectors), pairs)
