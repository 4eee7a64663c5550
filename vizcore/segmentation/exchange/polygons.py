"""A mask's outline as polygons along the edges of its pixels, and polygons as a mask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vizcore.photo import Note
from vizcore.segmentation.exchange.imported import counted
from vizcore.segmentation.exchange.objects import SegmentedObject
from vizcore.segmentation.results import Mask
from vizcore.segmentation.rle import Rle, from_coco

Polygon = NDArray[np.float64]  # (n, 2) x, y in pixel edges, closed by itself, clockwise on the screen
STEP = np.array([(1, 0), (0, 1), (-1, 0), (0, -1)])  # right, down, left, up
FIRST_CORNER = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])  # of a pixel's edge that goes there, clockwise around it
MERGED = 16  # polygons that are united at once


def polygons_of(mask: Mask) -> list[Polygon]:
    """Outer outlines, largest first; exact: drawn again they give the mask with its holes filled.

    Parts that touch at a corner only are polygons of their own. Holes are left out: neither COCO's nor YOLO's polygons
    can say them.
    """
    with_areas = [(signed_area(loop), loop) for loop in _loops(np.asarray(mask, bool))]
    outer = [each for each in with_areas if each[0] > 0]
    return [loop for _, loop in sorted(outer, key=lambda each: each[0], reverse=True)]


def rle_of_polygons(polygons: Sequence[NDArray[np.floating]], size_hw: tuple[int, int]) -> Rle:
    """The union of polygons (n, 2) as COCO draws it. ValueError for a polygon of fewer than three corners."""
    from hotcoco import mask as coco

    height, width = size_hw
    if any(len(each) < 3 for each in polygons):
        raise ValueError("expected polygons of at least three corners")
    if not polygons:
        return from_coco({"size": [height, width], "counts": [height * width]})
    flat = [each.reshape(-1).astype(float).tolist() for each in polygons]
    drawn = coco.frPyObjects(flat, height, width)
    while len(drawn) > 1:  # a few at a time: a long union that takes in one after the other costs its length each time
        drawn = [coco.merge(drawn[start : start + MERGED]) for start in range(0, len(drawn), MERGED)]
    return from_coco(drawn[0])


def signed_area(polygon: NDArray[np.floating]) -> float:
    """Positive for corners that go clockwise on the screen (shoelace formula with y downwards)."""
    x, y = polygon[:, 0], polygon[:, 1]
    across = x[:-1] @ y[1:] - y[:-1] @ x[1:] + x[-1] * y[0] - y[-1] * x[0]
    return float(across) / 2


def without_holes(mask: Mask) -> Mask:
    """The mask and what it encloses: background from which no way leads to the border, corners being ways too."""
    from scipy import ndimage

    regions, _ = ndimage.label(~np.pad(np.asarray(mask, bool), 1), np.ones((3, 3)))
    filled: Mask = (regions != regions[0, 0])[1:-1, 1:-1]
    return filled


def parts_of(mask: Mask) -> int:
    """How many parts a mask has; what touches at a corner only is two."""
    from scipy import ndimage

    return int(ndimage.label(np.asarray(mask, bool))[1])


def with_holes(objects: Sequence[SegmentedObject]) -> tuple[Note, ...]:
    """A note with how many of the objects have holes, which polygons cannot say; none for none."""
    masks = (each.rle.decode() for each in objects)
    return counted("holes_filled", sum(bool((without_holes(mask) != mask).any()) for mask in masks))


def _edges(mask: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sides between object and background with the object on their right: where each begins (n, 2) as x, y, and where
    it goes (n,): 0 right, 1 down, 2 left, 3 up."""
    padded = np.pad(np.asarray(mask, bool), 1)
    inside = padded[1:-1, 1:-1]
    beside = (padded[:-2, 1:-1], padded[1:-1, 2:], padded[2:, 1:-1], padded[1:-1, :-2])  # above, right, below, left
    starts, ways = [], []
    for way, neighbour in enumerate(beside):
        rows, columns = np.nonzero(inside & ~neighbour)
        starts.append(np.stack([columns, rows], axis=1) + FIRST_CORNER[way])
        ways.append(np.full(len(rows), way))
    return np.concatenate(starts), np.concatenate(ways)


def _next_edges(starts: NDArray[np.int64], ways: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """(n,) the edge that each leads to: where two begin, the one to the right, which keeps to the same part."""
    corners = starts[:, 1] * (width + 1) + starts[:, 0]
    keys = corners * 4 + ways
    order = np.argsort(keys)
    ends = starts + STEP[ways]
    there = ends[:, 1] * (width + 1) + ends[:, 0]
    found = np.full(len(keys), -1)
    for turn in (3, 0, 1):  # left, straight on, right: the last one that is there stays
        wanted = there * 4 + (ways + turn) % 4
        places = order[np.searchsorted(keys, wanted, sorter=order).clip(max=len(keys) - 1)]
        found = np.where(keys[places] == wanted, places, found)
    return found


def _loops(mask: Mask) -> list[Polygon]:
    """The closed walks along the edges, each as the corners at which it turns."""
    starts, ways = _edges(mask)
    if not len(ways):
        return []
    visited, lengths = _visits(_next_edges(starts, ways, mask.shape[1]).tolist())
    loop = np.repeat(np.arange(len(lengths)), lengths)
    first = np.cumsum(lengths) - lengths
    before = np.arange(len(visited)) - 1
    before[first] = first + lengths - 1
    turns = ways[visited] != ways[visited[before]]
    counts = np.bincount(loop[turns], minlength=len(lengths))
    return np.split(starts[visited[turns]].astype(np.float64), np.cumsum(counts)[:-1])


def _visits(following: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The edges in the order of walking, loop after loop, and the edges of each loop."""
    visited: list[int] = []
    lengths: list[int] = []
    seen = bytearray(len(following))
    for start in range(len(following)):
        if seen[start]:
            continue
        edge, before = start, len(visited)
        while not seen[edge]:
            seen[edge] = 1
            visited.append(edge)
            edge = following[edge]
        lengths.append(len(visited) - before)
    return np.array(visited), np.array(lengths)
