"""Which outlines are the drawn figures made of? Closed polygons (N, 2), x to the right, y down, no unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Pair = tuple[float, float]


def ellipse(centre: Pair, radii: Pair, *, tilt_degrees: float = 0.0, corners: int = 72) -> Points:
    """An ellipse whose x radius is turned by `tilt_degrees`."""
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    points = np.stack([np.cos(angles) * radii[0], np.sin(angles) * radii[1]], axis=1)
    return np.asarray(turned(points, tilt_degrees) + np.asarray(centre), dtype=np.float64)


def turned(points: Points, degrees: float) -> Points:
    """The points turned around the origin, clockwise on the screen."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.asarray(points @ np.array([[cosine, sine], [-sine, cosine]]), dtype=np.float64)


def mirrored(points: Points) -> Points:
    """The points seen in a mirror that stands on the y axis."""
    return np.asarray(points * np.array([-1.0, 1.0]), dtype=np.float64)


def blob(anchors: Sequence[Pair], *, steps: int = 12) -> Points:
    """A soft closed curve through the anchors (closed Catmull-Rom spline)."""
    corner: Points = np.asarray(anchors, dtype=np.float64)
    return _catmull_rom(np.roll(corner, 1, 0), corner, np.roll(corner, -1, 0), np.roll(corner, -2, 0), steps)


def ribbon(anchors: Sequence[Pair], width: float, *, end_width: float | None = None, steps: int = 12) -> Points:
    """A band with round ends along a soft open curve through the anchors."""
    path = _open_curve(np.asarray(anchors, dtype=np.float64), steps)
    direction = np.gradient(path, axis=0)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    normal = direction[:, ::-1] * np.array([-1.0, 1.0])
    half = np.linspace(width, width if end_width is None else end_width, len(path))[:, None] / 2
    end = _half_circle(path[-1], direction[-1], float(half[-1, 0]))
    start = _half_circle(path[0], -direction[0], float(half[0, 0]))
    return np.concatenate([path - normal * half, end, (path + normal * half)[::-1], start])


def rounded(corners: Sequence[Pair], radius: float, *, steps: int = 8) -> Points:
    """A polygon whose corners are cut at `radius` along each side and joined by a soft bend."""
    points = np.asarray(corners, dtype=np.float64)
    pieces = []
    for before, corner, after in zip(np.roll(points, 1, 0), points, np.roll(points, -1, 0), strict=True):
        begin = corner + _unit(before - corner) * radius
        end = corner + _unit(after - corner) * radius
        t = np.linspace(0, 1, steps)[:, None]
        pieces.append((1 - t) ** 2 * begin + 2 * t * (1 - t) * corner + t**2 * end)
    return np.concatenate(pieces)


def star(centre: Pair, outer: float, inner: float, *, arms: int = 5) -> list[Pair]:
    """Corners of a star with one arm pointing up."""
    angles = -np.pi / 2 + np.arange(2 * arms) * np.pi / arms
    radius = np.where(np.arange(2 * arms) % 2 == 0, outer, inner)
    xs, ys = centre[0] + radius * np.cos(angles), centre[1] + radius * np.sin(angles)
    return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]


def _unit(vector: Points) -> Points:
    return vector / np.linalg.norm(vector)


def _half_circle(centre: Points, direction: Points, radius: float) -> Points:
    """From the left to the right of `direction`, passing in front of it."""
    middle = np.arctan2(direction[1], direction[0])
    angles = np.linspace(middle - np.pi / 2, middle + np.pi / 2, 10)
    return centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _open_curve(anchors: Points, steps: int) -> Points:
    padded = np.concatenate([anchors[:1], anchors, anchors[-1:]])
    curve = _catmull_rom(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], steps)
    return np.concatenate([curve, anchors[-1:]])


def _catmull_rom(p0: Points, p1: Points, p2: Points, p3: Points, steps: int) -> Points:
    """Points of the spline pieces from p1 to p2 (each (K, 2)), `steps` per piece, the last point left out."""
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (piece[:, None, :] for piece in (p0, p1, p2, p3))
    spline = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3
    return np.asarray(0.5 * spline.reshape(-1, 2), dtype=np.float64)
