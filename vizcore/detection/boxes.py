"""How alike are two boxes? IoU, GIoU, DIoU and CIoU, for many pairs at once and for one pair with all its working.

Boxes are xyxy edges in pixels: a box from 0 to 1 is one pixel wide. A box without area overlaps nothing (IoU 0).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vizcore.results import FloatArray


def box_areas(boxes_xyxy: FloatArray) -> FloatArray:
    """boxes (..., 4) -> areas (...) in square pixels; 0 for an inverted box."""
    sides = (boxes_xyxy[..., 2:] - boxes_xyxy[..., :2]).clip(min=0)
    areas: FloatArray = sides[..., 0] * sides[..., 1]
    return areas


def usable_boxes(boxes_xyxy: FloatArray, scores: FloatArray) -> NDArray[np.bool_]:
    """(n, 4), (n,) -> (n,): which boxes have finite numbers, a width and a height above 0."""
    finite = np.isfinite(boxes_xyxy).all(axis=1) & np.isfinite(scores)
    with np.errstate(invalid="ignore"):
        upright = (boxes_xyxy[:, 2] > boxes_xyxy[:, 0]) & (boxes_xyxy[:, 3] > boxes_xyxy[:, 1])
    return np.asarray(finite & upright)


def iou_matrix(a: FloatArray, b: FloatArray) -> FloatArray:
    """Pairwise IoU. a (N, 4), b (M, 4): xyxy in pixels -> (N, M) in [0, 1], in the boxes' own precision."""
    a, b = _as_boxes(a), _as_boxes(b)
    return _overlaps(a, b)[0]


def giou_matrix(a: FloatArray, b: FloatArray) -> FloatArray:
    """Pairwise GIoU in [-1, 1]: IoU minus the share of the hull that neither box covers (Rezatofighi 2019)."""
    a, b = _as_boxes(a), _as_boxes(b)
    iou, union = _overlaps(a, b)
    hull = _hull_sides(a, b)
    hull_area = hull[..., 0] * hull[..., 1]
    giou: FloatArray = iou - _ratio(hull_area - union, hull_area)
    return giou


def diou_matrix(a: FloatArray, b: FloatArray) -> FloatArray:
    """Pairwise DIoU in [-1, 1]: IoU minus the squared distance of the centres over the hull's squared diagonal
    (Zheng 2020)."""
    a, b = _as_boxes(a), _as_boxes(b)
    iou, _ = _overlaps(a, b)
    return _minus_distance(iou, a, b)


def ciou_matrix(a: FloatArray, b: FloatArray) -> FloatArray:
    """Pairwise CIoU: DIoU minus alpha v, where v compares the aspect ratios (Zheng 2020, section 3.3)."""
    a, b = _as_boxes(a), _as_boxes(b)
    iou, _ = _overlaps(a, b)
    v = (4 / math.pi**2) * (_aspect_angles(a)[:, None] - _aspect_angles(b)) ** 2  # (N, M)
    alpha = _ratio(v, 1 - iou + v)
    ciou: FloatArray = _minus_distance(iou, a, b) - alpha * v
    return ciou


MEASURES: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "iou": iou_matrix,
    "giou": giou_matrix,
    "diou": diou_matrix,
    "ciou": ciou_matrix,
}


@dataclass(frozen=True)
class Overlap:
    """Every intermediate value of IoU, GIoU, DIoU and CIoU of one pair, in pixels and square pixels.

    intersection_xyxy is None where the boxes do not meet. hull_xyxy is the smallest box around both. v and alpha are
    CIoU's: how unlike the aspect ratios are, and how much that weighs.
    """

    a_xyxy: tuple[float, float, float, float]
    b_xyxy: tuple[float, float, float, float]
    intersection_xyxy: tuple[float, float, float, float] | None
    intersection: float
    area_a: float
    area_b: float
    union: float
    iou: float
    hull_xyxy: tuple[float, float, float, float]
    hull: float
    uncovered: float
    giou: float
    centre_a: tuple[float, float]
    centre_b: tuple[float, float]
    squared_distance: float
    squared_diagonal: float
    diou: float
    angle_a: float
    angle_b: float
    v: float
    alpha: float
    ciou: float


def overlap_working(a: ArrayLike, b: ArrayLike) -> Overlap:
    """All four measures of two boxes (4,) with their working; corners are put in order first.

    Equals the matrices' values in float64. ValueError for anything but four finite numbers.
    """
    first, second = _in_order(a), _in_order(b)
    common, hull = _common_and_hull(first, second)
    intersection = float(np.prod((common[2:] - common[:2]).clip(min=0)))
    area_a, area_b, hull_area = (float(box_areas(each)) for each in (first, second, hull))
    union = area_a + area_b - intersection
    iou, uncovered = intersection / union if union else 0.0, hull_area - union
    centre_a, centre_b = _centre(first), _centre(second)
    distance, diagonal = _squared_distance(centre_a, centre_b), _squared_distance(hull[2:], hull[:2])
    diou = iou - (distance / diagonal if diagonal else 0.0)
    angle_a, angle_b = (float(_aspect_angles(each[None])[0]) for each in (first, second))
    v, alpha = _aspect_terms(angle_a, angle_b, iou)
    return Overlap(
        a_xyxy=_four(first),
        b_xyxy=_four(second),
        intersection_xyxy=_four(common) if intersection else None,
        intersection=intersection,
        area_a=area_a,
        area_b=area_b,
        union=union,
        iou=iou,
        hull_xyxy=_four(hull),
        hull=hull_area,
        uncovered=uncovered,
        giou=iou - (uncovered / hull_area if hull_area else 0.0),
        centre_a=centre_a,
        centre_b=centre_b,
        squared_distance=distance,
        squared_diagonal=diagonal,
        diou=diou,
        angle_a=angle_a,
        angle_b=angle_b,
        v=v,
        alpha=alpha,
        ciou=diou - alpha * v,
    )


def _common_and_hull(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What both boxes (4,) cover, its corners out of order where that is nothing, and the least box around both."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    return np.concatenate([high[:2], low[2:]]), np.concatenate([low[:2], high[2:]])


def _centre(box_xyxy: NDArray[np.float64]) -> tuple[float, float]:
    x, y = (box_xyxy[:2] + box_xyxy[2:]) / 2
    return float(x), float(y)


def _squared_distance(a: ArrayLike, b: ArrayLike) -> float:
    return float(((np.asarray(a) - np.asarray(b)) ** 2).sum())


def _aspect_terms(angle_a: float, angle_b: float, iou: float) -> tuple[float, float]:
    """CIoU's v, of the difference between the aspect angles, and alpha, its weight at this IoU."""
    v = 4 / math.pi**2 * (angle_a - angle_b) ** 2
    return v, v / (1 - iou + v) if v else 0.0


def _as_boxes(boxes: ArrayLike) -> FloatArray:
    array = np.asarray(boxes)
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(f"expected boxes (n, 4), got {array.shape}")
    return array if np.issubdtype(array.dtype, np.floating) else array.astype(np.float64)


def _in_order(box: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(box, dtype=np.float64)
    if values.shape != (4,) or not np.isfinite(values).all():
        raise ValueError(f"expected four finite numbers x0, y0, x1, y1, got {box!r}")
    return np.concatenate([np.minimum(values[:2], values[2:]), np.maximum(values[:2], values[2:])])


def _four(box: NDArray[np.float64]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box.tolist()
    return x0, y0, x1, y1


def _overlaps(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """IoU and union, both (N, M); one coordinate at a time, so that no (N, M, 2) array is made."""
    width = np.minimum(a[:, None, 2], b[:, 2]) - np.maximum(a[:, None, 0], b[:, 0])
    height = np.minimum(a[:, None, 3], b[:, 3]) - np.maximum(a[:, None, 1], b[:, 1])
    intersection = width.clip(min=0) * height.clip(min=0)
    union = box_areas(a)[:, None] + box_areas(b) - intersection
    return _ratio(intersection, union), union


def _hull_sides(a: FloatArray, b: FloatArray) -> FloatArray:
    sides = np.maximum(a[:, None, 2:], b[:, 2:]) - np.minimum(a[:, None, :2], b[:, :2])  # (N, M, 2)
    return sides


def _minus_distance(iou: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    between = (a[:, None, :2] + a[:, None, 2:] - b[:, :2] - b[:, 2:]) / 2  # (N, M, 2)
    squared_diagonal = (_hull_sides(a, b) ** 2).sum(axis=2)
    less: FloatArray = iou - _ratio((between**2).sum(axis=2), squared_diagonal)
    return less


def _aspect_angles(boxes: FloatArray) -> FloatArray:
    """arctan(width / height), (n,); defined for a height of 0 too."""
    angles: FloatArray = np.arctan2(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    return angles


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """part / whole, 0 where the whole is 0."""
    ratio: FloatArray = np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
    return ratio
