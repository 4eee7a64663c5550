"""Several polygons as one line: joined by bridges without width, together as short as bridges can be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.segmentation.exchange.polygons import Polygon

Bridges = dict[tuple[int, int], list[tuple[int, int]]]  # (polygon, corner) -> where bridges from there arrive


@dataclass
class Tour:
    """One way around a polygon: entered at a corner, so many steps, and the corner to go back to by the bridge."""

    polygon: int
    entry: int
    steps: int
    origin: tuple[int, int] | None
    step: int = 0


def joined(polygons: Sequence[Polygon]) -> Polygon:
    """One polygon through all of them: each is walked around, and at its bridges the others are. ValueError for none.

    A bridge is walked there and back, so that what is drawn stays the same. Which ones: the minimum spanning tree of
    the polygons by the distance of their corners, found among the edges of the corners' Delaunay triangulation.
    """
    if not polygons:
        raise ValueError("expected polygons, got none")
    if len(polygons) == 1:
        return polygons[0]
    corners = [len(each) for each in polygons]
    first = np.cumsum([0, *corners[:-1]])
    visited = np.array(_walk(corners, _spanning_bridges(polygons)))
    joint: Polygon = np.concatenate(polygons)[first[visited[:, 0]] + visited[:, 1]]
    return joint


def _spanning_bridges(polygons: Sequence[Polygon]) -> Bridges:
    """Bridges outwards from the first polygon to every other one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

    part = np.repeat(np.arange(len(polygons)), [len(each) for each in polygons])
    corner = np.concatenate([np.arange(len(each)) for each in polygons])
    ends, lengths = _candidates(np.concatenate(polygons), part)
    pairs = np.sort(part[ends], axis=1)
    order = np.lexsort((lengths, pairs[:, 1], pairs[:, 0]))
    pairs, ends, lengths = pairs[order], ends[order], lengths[order]
    first = np.r_[True, (pairs[1:] != pairs[:-1]).any(axis=1)]  # the shortest bridge of each pair
    pairs, ends, lengths = pairs[first], ends[first], lengths[first]
    size = (len(polygons), len(polygons))
    graph = coo_array((lengths + 1, (pairs[:, 0], pairs[:, 1])), size).tocsr()  # + 1: no length is 0, "no edge"
    tree = minimum_spanning_tree(graph)
    found, parents = breadth_first_order(tree, 0, directed=False)
    bridge_of = {(int(a), int(b)): place for place, (a, b) in enumerate(pairs)}
    bridges: Bridges = defaultdict(list)
    for child in found[1:].tolist():
        parent = int(parents[child])
        one, other = ends[bridge_of[min(parent, child), max(parent, child)]].tolist()
        here, there = (one, other) if part[one] == parent else (other, one)
        bridges[parent, int(corner[here])].append((child, int(corner[there])))
    return bridges


def _candidates(points: Polygon, part: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(k, 2) rows of points of two polygons that may be joined, and their distances (k,)."""
    from scipy.spatial import Delaunay

    one_number = points.astype(np.int64) @ np.array([1 << 32, 1])  # corners of pixels are whole numbers
    _, first, of_point = np.unique(one_number, return_index=True, return_inverse=True)
    triangles = Delaunay(points[first]).simplices
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    touching = np.stack([np.arange(len(points)), first[of_point]], axis=1)  # corners that several polygons share
    ends = np.concatenate([first[sides], touching])
    ends = ends[part[ends[:, 0]] != part[ends[:, 1]]]
    return ends, np.linalg.norm(points[ends[:, 0]] - points[ends[:, 1]], axis=1)


def _walk(corners: Sequence[int], bridges: Bridges) -> list[tuple[int, int]]:
    """(polygon, corner) in the order of visiting, from the first corner of the first polygon; `corners`: how many."""
    visited: list[tuple[int, int]] = []
    tours: list[Tour] = [Tour(0, 0, corners[0], None)]
    while tours:
        tour = tours[-1]
        if tour.step == tour.steps:
            if tour.origin is not None:  # over the bridge, back to where it began
                visited.append(tour.origin)
            tours.pop()
            continue
        place = (tour.polygon, (tour.entry + tour.step) % corners[tour.polygon])
        visited.append(place)
        tour.step += 1
        tours += [Tour(child, there, corners[child] + 1, place) for child, there in bridges.pop(place, ())]
    return visited
