"""How well do two outlines agree? Boundary IoU, and distances in pixels between the two surfaces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.masks.overlap import Counts, EmptyPolicy, Mask, counts_of, iou, same_size
from vizcore.results import FloatArray

BOUNDARY_SHARE = 0.02  # of the picture's diagonal, as in Boundary IoU (Cheng et al. 2021)
Pair = tuple[tuple[int, int], tuple[int, int]]


def boundary_width(height: int, width: int, share: float = BOUNDARY_SHARE) -> int:
    """Width of the band in pixels for a picture of this size, at least 1."""
    return max(1, round(share * math.hypot(height, width)))


def boundary_band(mask: NDArray[Any], width_px: int) -> Mask:
    """Pixels of the mask (H, W) at most `width_px` inside its outline, counted in king's moves; the picture's edge is
    outline too. The same as the mask without `width_px` erosions by a 3 x 3 square."""
    from scipy.ndimage import distance_transform_cdt

    if width_px < 1:
        raise ValueError(f"expected a width of 1 pixel or more, got {width_px}")
    inside = mask.astype(bool, copy=False)
    depth = distance_transform_cdt(np.pad(inside, 1), metric="chessboard")[1:-1, 1:-1]
    band: Mask = inside & (depth <= width_px)
    return band


def boundary_counts(truth: NDArray[Any], prediction: NDArray[Any], width_px: int | None = None) -> Counts:
    """TP, FP and FN of the two bands alone; width_px None: `boundary_width` of the picture. Error: MaskSizesDiffer."""
    a, b = same_size(truth, prediction)
    width_px = boundary_width(*a.shape) if width_px is None else width_px
    return counts_of(boundary_band(a, width_px), boundary_band(b, width_px))


def boundary_iou(
    truth: NDArray[Any], prediction: NDArray[Any], width_px: int | None = None, empty: EmptyPolicy = "one"
) -> float:
    """IoU of the two bands along the outlines (Cheng et al. 2021): as strict with large objects as with small ones."""
    return iou(boundary_counts(truth, prediction, width_px), empty)


def surface(mask: NDArray[Any]) -> Mask:
    """Pixels of the mask with a neighbour above, below, left or right outside it (or outside the picture)."""
    inside = np.pad(mask.astype(bool, copy=False), 1)
    core = inside[1:-1, 1:-1] & inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    edge: Mask = inside[1:-1, 1:-1] & ~core
    return edge


@dataclass(frozen=True, eq=False)
class SurfaceDistances:
    """Distances in pixels between pixel centres. from_truth (n,): from each surface pixel of the truth to the nearest
    one of the prediction; from_prediction (m,): the other way round; each surface in reading order.

    farthest: (x, y) of the surface pixel that is farthest from the other surface, and (x, y) of its nearest there;
    None where a mask is empty, in which case both arrays are empty.
    """

    from_truth: FloatArray
    from_prediction: FloatArray
    farthest: Pair | None
    empty_masks: int

    def hausdorff(self, empty: EmptyPolicy = "one") -> float:
        """The largest distance of all; one wild pixel decides it."""
        return self._measured(empty, lambda: float(max(self.from_truth.max(), self.from_prediction.max())))

    def hausdorff_95(self, empty: EmptyPolicy = "one") -> float:
        """The larger of the two directions' 95th percentiles (linear interpolation)."""
        both = (self.from_truth, self.from_prediction)
        return self._measured(empty, lambda: float(max(np.percentile(each, 95) for each in both)))

    def average(self, empty: EmptyPolicy = "one") -> float:
        """Average symmetric surface distance: the mean over the pixels of both surfaces."""
        total = float(self.from_truth.sum() + self.from_prediction.sum())
        return self._measured(empty, lambda: total / (len(self.from_truth) + len(self.from_prediction)))

    def _measured(self, empty: EmptyPolicy, value: Any) -> float:
        """Two empty masks: 0, or NaN for "skip"; one empty mask: infinitely far."""
        if self.empty_masks == 0:
            return float(value())
        if self.empty_masks == 1:
            return math.inf
        return 0.0 if empty == "one" else math.nan


def surface_distances(truth: NDArray[Any], prediction: NDArray[Any]) -> SurfaceDistances:
    """Both directions between the surfaces of two masks (H, W), Euclidean. Error: MaskSizesDiffer."""
    a, b = same_size(truth, prediction)
    empty_masks = int(not a.any()) + int(not b.any())
    if empty_masks:
        return SurfaceDistances(np.empty(0), np.empty(0), None, empty_masks)
    window = _common_window(a, b)
    edge_a, edge_b = surface(a)[window], surface(b)[window]
    to_b, to_a = _Nearest(edge_a, edge_b), _Nearest(edge_b, edge_a)
    farther = to_b if to_b.distances.max() >= to_a.distances.max() else to_a
    return SurfaceDistances(to_b.distances, to_a.distances, farther.farthest(window), 0)


class _Nearest:
    """For each pixel of one surface its nearest pixel of the other."""

    def __init__(self, start: Mask, goal: Mask) -> None:
        from scipy.ndimage import distance_transform_edt

        far, nearest = distance_transform_edt(~goal, return_indices=True)
        self.rows, self.columns = np.nonzero(start)
        self.distances: FloatArray = far[self.rows, self.columns]
        self.nearest = nearest

    def farthest(self, window: tuple[slice, slice]) -> Pair:
        at = int(np.argmax(self.distances))
        row, column = int(self.rows[at]), int(self.columns[at])
        there = self.nearest[:, row, column]
        top, left = int(window[0].start), int(window[1].start)
        return (column + left, row + top), (int(there[1]) + left, int(there[0]) + top)


def _common_window(a: Mask, b: Mask) -> tuple[slice, slice]:
    """The smallest part of the picture that holds both masks: nothing outside it can be a nearest pixel."""
    either = a | b
    rows, columns = np.flatnonzero(either.any(axis=1)), np.flatnonzero(either.any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
