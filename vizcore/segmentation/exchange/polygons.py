"""A mask's outline as polygons along the edges of its pixels, and polygons as a mask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vizcore.segmentation.results import Mask
from vizcore.segmentation.rle import Rle, from_coco

Polygon = NDArray[np.float64]  # (n, 2) x, y in pixel edges, closed by itself, clockwise on the screen
Corner = tuple[int, int]


def polygons_of(mask: Mask) -> list[Polygon]:
    """Outer outlines, largest first; exact: drawn again they give the mask with its holes filled.

    Parts that touch at a corner only are polygons of their own. Holes are left out: neither COCO's nor YOLO's polygons
    can say them.
    """
    loops = [np.array(_corners(loop), np.float64) for loop in _loops(_directed_edges(mask))]
    outer = [loop for loop in loops if signed_area(loop) > 0]
    return sorted(outer, key=signed_area, reverse=True)


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
    return from_coco(coco.merge(drawn))


def signed_area(polygon: NDArray[np.floating]) -> float:
    """Positive for corners that go clockwise on the screen (shoelace formula with y downwards)."""
    x, y = polygon[:, 0], polygon[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def joined(polygons: Sequence[Polygon]) -> Polygon:
    """One polygon through all of them, joined where they are nearest by bridges without width. ValueError for none."""
    from scipy.spatial import cKDTree

    path, *others = polygons
    for each in others:
        distances, nearest = cKDTree(path).query(each)
        there = int(np.argmin(distances))
        here = int(nearest[there])
        path = np.concatenate([path[: here + 1], each[there:], each[: there + 1], path[here:]])
    return path


def _directed_edges(mask: Mask) -> dict[Corner, list[Corner]]:
    """Sides between object and background, each with the object on its right hand; by the corner they start at."""
    padded = np.pad(np.asarray(mask, bool), 1)
    inside = padded[1:-1, 1:-1]
    edges: dict[Corner, list[Corner]] = {}
    for neighbour, start, end in (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),  # nothing above: along the top, to the right
        (padded[1:-1, 2:], (1, 0), (1, 1)),  # nothing at the right: down
        (padded[2:, 1:-1], (1, 1), (0, 1)),  # nothing below: to the left
        (padded[1:-1, :-2], (0, 1), (0, 0)),  # nothing at the left: up
    ):
        rows, columns = np.nonzero(inside & ~neighbour)
        for x, y in zip(columns.tolist(), rows.tolist(), strict=True):
            edges.setdefault((x + start[0], y + start[1]), []).append((x + end[0], y + end[1]))
    return edges


def _loops(edges: dict[Corner, list[Corner]]) -> Iterator[list[Corner]]:
    """Closed walks along the edges; where two cross, each turns right and so keeps to its own part."""
    while edges:
        start = next(iter(edges))
        loop = [start, _taken(edges, start, None)]
        while loop[-1] != start:
            loop.append(_taken(edges, loop[-1], loop[-2]))
        yield loop[:-1]


def _taken(edges: dict[Corner, list[Corner]], here: Corner, before: Corner | None) -> Corner:
    """The next corner, taken out of the edges."""
    onward = edges[here]
    if before is not None and len(onward) == 2:
        right_turn = (here[0] - (here[1] - before[1]), here[1] + (here[0] - before[0]))
        onward.sort(key=lambda corner: corner != right_turn)
    chosen = onward.pop(0)
    if not onward:
        del edges[here]
    return chosen


def _corners(loop: list[Corner]) -> list[Corner]:
    """Only the corners at which the direction changes."""
    points = np.array(loop)
    straight = ((np.roll(points, -1, 0) - points) == (points - np.roll(points, 1, 0))).all(1)
    kept: list[Corner] = points[~straight].tolist()
    return kept
