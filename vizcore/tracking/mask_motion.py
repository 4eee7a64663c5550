"""How far did an object move to the next frame, where does its mask lie then, which points are surely it, and what does
it look like?"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vizcore.photo import Photo
from vizcore.results import FloatArray

MaskArray = NDArray[np.bool_]
MOST_CORNERS, LEAST_CORNERS = 60, 4
RIM = 5  # pixels at the edge of a mask in which a corner may belong to the ground
ROUND_TRIP_PX = 1.0  # a corner that does not come back so closely was lost
WINDOW = (15, 15)
COLOUR_BINS = [8, 12, 12]  # of lightness and the two colours of CIE Lab


def shift_between(before: Photo, after: Photo, mask: MaskArray) -> tuple[float, float] | None:
    """(x, y) in pixels: median way of the corners inside `mask` (H, W), by optical flow there and back; None where too
    few can be followed. Lucas and Kanade 1981, with Bouguet's pyramid; corners by Shi and Tomasi 1994."""
    first, second = (cv2.cvtColor(each.rgb, cv2.COLOR_RGB2GRAY) for each in (before, after))
    inside = cv2.erode(mask.astype(np.uint8), np.ones((RIM, RIM), np.uint8))
    corners: Any = cv2.goodFeaturesToTrack(first, MOST_CORNERS, 0.01, 4, mask=inside)
    if corners is None:
        return None
    follow: Any = cv2.calcOpticalFlowPyrLK  # its annotation forbids the None that its documentation asks for
    there, found, _error = follow(first, second, corners, None, winSize=WINDOW)
    back, returned, _error = follow(second, first, there, None, winSize=WINDOW)
    kept = (found & returned).ravel().astype(bool)
    kept &= np.linalg.norm(back - corners, axis=2).ravel() < ROUND_TRIP_PX
    if kept.sum() < LEAST_CORNERS:
        return None
    x, y = np.median((there - corners)[kept, 0], axis=0).tolist()
    return x, y


def shifted(mask: MaskArray, shift_xy: tuple[float, float]) -> MaskArray:
    """The mask (H, W) moved by whole pixels; what leaves the picture is gone."""
    x, y = (round(each) for each in shift_xy)
    height, width = mask.shape
    moved = np.zeros_like(mask)
    moved[max(y, 0) : height + min(y, 0), max(x, 0) : width + min(x, 0)] = mask[
        max(-y, 0) : height - max(y, 0), max(-x, 0) : width - max(x, 0)
    ]
    return moved


def inner_points(mask: MaskArray, count: int) -> tuple[tuple[float, float], ...]:
    """Up to `count` pixel centres (x, y) deep inside: the one farthest from the edge, then the farthest outside a disc
    around it, and so on; none for an empty mask."""
    left, points = mask.astype(np.uint8), []
    for _point in range(count):
        if not left.any():
            break
        depth = cv2.distanceTransform(np.pad(left, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        points.append((float(x) + 0.5, float(y) + 0.5))
        cv2.circle(left, (int(x), int(y)), max(2, int(2 * depth.max())), 0, -1)
    return tuple(points)


def overlap(one: MaskArray, other: MaskArray) -> float:
    """IoU of two masks; 0 where both are empty."""
    return float((one & other).sum() / max(int((one | other).sum()), 1))


def colours(photo: Photo, mask: MaskArray) -> FloatArray:
    """Shares of the mask's pixels in each bin of CIE Lab, summing to 1; all zeros for an empty mask."""
    lab = cv2.cvtColor(photo.rgb, cv2.COLOR_RGB2LAB)
    counts = cv2.calcHist([lab], [0, 1, 2], mask.astype(np.uint8), COLOUR_BINS, [0, 256] * 3)
    return counts.ravel().astype(np.float64) / max(int(mask.sum()), 1)


def alike(one: FloatArray, other: FloatArray) -> float:
    """Histogram intersection in [0, 1] (Swain and Ballard 1991)."""
    return float(np.minimum(one, other).sum())
