"""How good is a whole segmented picture? IoU for each class and its mean, and PQ = SQ x RQ with every match shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import MaskSizesDiffer
from vizcore.metrics.masks.overlap import Counts, iou
from vizcore.results import FloatArray

MATCH_IOU = 0.5  # above it a segment can have one partner only, so that no assignment has to be solved
NOTHING = 0  # the segment number of pixels that belong to no segment ("void" in the truth)


@dataclass(frozen=True, eq=False)
class Segments:
    """A picture cut into segments that do not overlap.

    numbers (H, W) integers: 0 for no segment, k for segment k. class_ids (n,): class of segment k at place k - 1.
    """

    numbers: NDArray[np.integer[Any]]
    class_ids: NDArray[np.integer[Any]]

    def __post_init__(self) -> None:
        if self.numbers.ndim != 2 or self.class_ids.ndim != 1:
            shapes = f"{self.numbers.shape} and {self.class_ids.shape}"
            raise ValueError(f"expected numbers (H, W) and class_ids (n,), got {shapes}")
        if self.numbers.size and not 0 <= int(self.numbers.min()) <= int(self.numbers.max()) <= len(self.class_ids):
            raise ValueError(f"expected segment numbers up to {len(self.class_ids)}, got {self.numbers.max()}")

    def semantic(self) -> NDArray[np.int64]:
        """Class of each pixel (H, W), -1 where there is no segment: what is left when instances are forgotten."""
        classes: NDArray[np.int64] = np.concatenate([[-1], self.class_ids]).astype(np.int64)[self.numbers]
        return classes

    def mask(self, number: int) -> NDArray[np.bool_]:
        """Pixels of one segment."""
        chosen: NDArray[np.bool_] = self.numbers == number
        return chosen


def class_counts(truth: NDArray[Any], prediction: NDArray[Any], class_count: int) -> list[Counts]:
    """TP, FP, FN, TN of each class over two maps (H, W) of class numbers; a pixel that is -1 in the truth does not
    count, one that is -1 in the prediction is wrong. Error: MaskSizesDiffer."""
    same_map_size(truth, prediction)
    known = truth >= 0
    true, said = truth[known], prediction[known]
    pairs = true.astype(np.int64) * (class_count + 1) + np.where(said < 0, class_count, said)
    table = np.bincount(pairs, minlength=class_count * (class_count + 1)).reshape(class_count, class_count + 1)
    right, in_truth, in_prediction = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    total = len(true)
    return [
        Counts(int(tp), int(p - tp), int(t - tp), int(total - t - p + tp))
        for tp, t, p in zip(right, in_truth, in_prediction, strict=False)
    ]


def mean_iou(counts: Sequence[Counts]) -> float:
    """Mean IoU over the classes that are in the truth or in the prediction; NaN where there is none."""
    values = [iou(each) for each in counts if not each.both_empty]
    return float(np.mean(values)) if values else math.nan


@dataclass(frozen=True)
class Match:
    """Two segments of one class that share pixels. truth, prediction: their numbers; hit: IoU > 0.5."""

    class_id: int
    truth: int
    prediction: int
    iou: float
    hit: bool


@dataclass(frozen=True)
class ClassQuality:
    """One class's segments: matched, claimed in vain (fp), missed (fn), and the sum of the matches' IoU."""

    class_id: int
    tp: int
    fp: int
    fn: int
    iou_sum: float

    @property
    def sq(self) -> float:
        """Segmentation quality: mean IoU of the matches; 0 without a match."""
        return self.iou_sum / self.tp if self.tp else 0.0

    @property
    def rq(self) -> float:
        """Recognition quality: F1 of the segments, TP / (TP + FP / 2 + FN / 2)."""
        return self.tp / (self.tp + self.fp / 2 + self.fn / 2)

    @property
    def pq(self) -> float:
        """Panoptic quality: SQ x RQ."""
        return self.sq * self.rq


@dataclass(frozen=True)
class PanopticQuality:
    """Every pair of one class that overlaps (best first), the segments without a partner, and the classes' numbers.

    missed: truth segments, claimed: predicted ones. excused: predicted ones that lie mostly on void. classes: those
    with any segment; each mean runs over them and is NaN where there is none.
    """

    matches: tuple[Match, ...]
    missed: tuple[int, ...]
    claimed: tuple[int, ...]
    excused: tuple[int, ...]
    classes: tuple[ClassQuality, ...]

    @property
    def pq(self) -> float:
        return _mean([each.pq for each in self.classes])

    @property
    def sq(self) -> float:
        return _mean([each.sq for each in self.classes])

    @property
    def rq(self) -> float:
        return _mean([each.rq for each in self.classes])


def panoptic_quality(truth: Segments, prediction: Segments) -> PanopticQuality:
    """PQ (Kirillov et al. 2019). A pair matches with the same class and IoU > 0.5, pixels void in the truth left out;
    an unmatched prediction that is void by more than half does not count. Error: MaskSizesDiffer."""
    same_map_size(truth.numbers, prediction.numbers)
    shared = _shared_pixels(truth, prediction)  # (n + 1, m + 1), row and column 0 for no segment
    ious = _segment_ious(shared)
    same_class = truth.class_ids[:, None] == prediction.class_ids[None, :]
    pairs = [(int(t), int(p)) for t, p in zip(*np.nonzero(same_class & (ious > 0)), strict=True)]
    matches = [
        Match(int(truth.class_ids[t]), t + 1, p + 1, float(ious[t, p]), bool(ious[t, p] > MATCH_IOU)) for t, p in pairs
    ]
    hits = [each for each in matches if each.hit]
    missed = sorted(_present(truth) - {each.truth for each in hits})
    unmatched = sorted(_present(prediction) - {each.prediction for each in hits})
    excused = [number for number in unmatched if shared[0, number] > shared[:, number].sum() / 2]
    claimed = [number for number in unmatched if number not in excused]
    return PanopticQuality(
        matches=tuple(sorted(matches, key=lambda each: (-each.iou, each.truth, each.prediction))),
        missed=tuple(missed),
        claimed=tuple(claimed),
        excused=tuple(excused),
        classes=_by_class(hits, _classes_of(truth, missed), _classes_of(prediction, claimed)),
    )


def _classes_of(segments: Segments, numbers: Sequence[int]) -> list[int]:
    return [int(segments.class_ids[number - 1]) for number in numbers]


def _by_class(hits: Sequence[Match], missed: list[int], claimed: list[int]) -> tuple[ClassQuality, ...]:
    present = {each.class_id for each in hits} | set(missed) | set(claimed)
    rows = []
    for class_id in sorted(present):
        ious = [each.iou for each in hits if each.class_id == class_id]
        rows.append(ClassQuality(class_id, len(ious), claimed.count(class_id), missed.count(class_id), sum(ious)))
    return tuple(rows)


def _shared_pixels(truth: Segments, prediction: Segments) -> NDArray[np.int64]:
    rows, columns = len(truth.class_ids) + 1, len(prediction.class_ids) + 1
    pairs = truth.numbers.ravel().astype(np.int64) * columns + prediction.numbers.ravel()
    return np.bincount(pairs, minlength=rows * columns).reshape(rows, columns)


def _segment_ious(shared: NDArray[np.int64]) -> FloatArray:
    """(n, m): the prediction's pixels on void do not enlarge the union."""
    common = shared[1:, 1:]
    in_truth = shared[1:].sum(axis=1)[:, None]
    in_prediction = shared[1:, 1:].sum(axis=0)[None, :]
    union = in_truth + in_prediction - common
    ious: FloatArray = np.divide(common, union, out=np.zeros(common.shape), where=union > 0)
    return ious


def _present(segments: Segments) -> set[int]:
    return {int(number) for number in np.unique(segments.numbers)} - {NOTHING}


def same_map_size(truth: NDArray[Any], prediction: NDArray[Any]) -> None:
    """MaskSizesDiffer unless both are (H, W) of one size."""
    if truth.shape != prediction.shape:
        (height, width), (other_height, other_width) = truth.shape, prediction.shape
        raise MaskSizesDiffer(width=width, height=height, other_width=other_width, other_height=other_height)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan
