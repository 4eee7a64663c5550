"""Is the same model the same in another runtime? A ladder of three steps: tensor, photo, decision.

A difference at the first step is the export's; one that appears only at the second is preprocessing's; at the third the
question is whether anybody would notice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vizcore.detection.boxes import iou_matrix
from vizcore.metrics.proportion import wilson_interval
from vizcore.photo import Photo
from vizcore.robustness.subgroups import SUBGROUPS, SubgroupSettings, traits
from vizcore.runtimes.onnx_session import Arrays
from vizcore.runtimes.table import Runner

RTOL, ATOL = 1e-3, 1e-5
BATCH = 8
SCORE = 0.25
SAME_BOX = 0.5
MOST_BOXES = 300
NEAR_SCORE = 0.02  # a box this near the least score may be over it in one runtime and under it in the other
LEAST_AGREEMENT = 0.94  # of the first class, under which a runtime counts as different


@dataclass(frozen=True)
class SliceAgreement:
    """Same decisions among the photos of one slice: agreed of n; low, high: 95 % interval (Wilson)."""

    name: str
    agreed: int
    n: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        return self.agreed / self.n if self.n else float("nan")


@dataclass(frozen=True)
class Parity:
    """tensor_ok: every number within 1e-3 of its size plus 1e-5 of the largest one (of 1, if all are smaller).

    difference: the largest absolute one. scale: the largest number. slices: agreement on all photos first, then on
    small, dark and blurred ones. iou: mean of the matched boxes, None for a classifier. worst_iou: of any matched box.
    """

    tensor_ok: bool
    difference: float
    scale: float
    slices: tuple[SliceAgreement, ...]
    iou: float | None = None
    worst_iou: float | None = None

    @property
    def agreement(self) -> SliceAgreement:
        return self.slices[0]

    @property
    def same(self) -> bool:
        """Whether nobody would notice: at least 94 % equal decisions."""
        return self.agreement.n > 0 and self.agreement.rate >= LEAST_AGREEMENT


def outputs_of(runner: Runner, model: Any, photos: Sequence[Photo]) -> Arrays:
    """All photos through a runtime, a few at a time, in the model's own preprocessing."""
    parts = []
    for start in range(0, len(photos), BATCH):
        pixels = model.pixels([model.prepare(photo) for photo in photos[start : start + BATCH]])
        parts.append(runner.run(pixels))
    return tuple(np.concatenate(each) for each in zip(*parts, strict=True))


def compare(task: str, right: Arrays, found: Arrays, photos: Sequence[Photo]) -> Parity:
    """Outputs of two runtimes on the same photos; right: of the reference."""
    close = all(
        np.allclose(a, b, rtol=RTOL, atol=ATOL * max(1.0, _scale(a))) for a, b in zip(right, found, strict=True)
    )
    difference = max(float(np.abs(a.astype(np.float64) - b).max()) for a, b in zip(right, found, strict=True))
    scale = max(_scale(a) for a in right)
    same, ious = _same(task, right, found)
    slices = slices_of(same, photos)
    if ious is None:
        return Parity(close, difference, scale, slices)
    known = ious if len(ious) else np.ones(1)
    return Parity(close, difference, scale, slices, float(known.mean()), float(known.min()))


def decisions(task: str, right: Arrays, found: Arrays, photos: Sequence[Photo]) -> tuple[SliceAgreement, ...]:
    """The agreement alone. right and found may differ in their candidates for each photo, as other sides make."""
    same, _ious = _same(task, right, found)
    return slices_of(same, photos)


def _same(task: str, right: Arrays, found: Arrays) -> tuple[NDArray[np.bool_], NDArray[np.float64] | None]:
    """Whether each photo is decided alike, and the IoU of all pairs of boxes, None without boxes."""
    if task == "detect":
        return _same_boxes(right, found)
    return (_same_class if task == "classify" else _same_direction)(right, found), None


def _scale(array: NDArray[Any]) -> float:
    return float(np.abs(array).max()) if array.size else 0.0


def _same_class(right: Arrays, found: Arrays) -> NDArray[np.bool_]:
    return np.asarray(right[0].argmax(axis=1) == found[0].argmax(axis=1))


def _same_direction(right: Arrays, found: Arrays) -> NDArray[np.bool_]:
    """For a model without a head: cosine of the two vectors at least 0.99."""
    a, b = right[0].astype(np.float64), found[0].astype(np.float64)
    cosine = (a * b).sum(axis=1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-12)
    return np.asarray(cosine >= 0.99)


def _same_boxes(right: Arrays, found: Arrays) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """The strong boxes of each photo, before NMS, so that nothing hides behind it, and the IoU of each pair.

    A pair has one class; pairs are chosen for the largest sum of IoU. Same: every strong box has a partner at IoU 0.5,
    and the other side has no box left that is clearly strong.
    """
    same, ious = [], []
    for boxes, scores, others, other_scores in zip(*right, *found, strict=True):
        strong, also = _strong(scores, SCORE), _strong(other_scores, SCORE - NEAR_SCORE)
        overlap = iou_matrix(_best_boxes(boxes, scores)[strong], _best_boxes(others, other_scores)[also])
        alike = scores[strong].argmax(axis=1)[:, None] == other_scores[also].argmax(axis=1)[None, :]
        overlap = np.where(alike, overlap, 0.0)
        rows, columns = linear_sum_assignment(-overlap) if overlap.size else (np.zeros(0, int), np.zeros(0, int))
        pairs = np.asarray(overlap[rows, columns], np.float64)
        ious += [float(iou) for iou in pairs] + [0.0] * (len(strong) - len(pairs))
        left = np.setdiff1d(np.arange(len(also)), columns[pairs >= SAME_BOX])
        clearly = other_scores[also[left]].max(axis=1, initial=0.0) >= SCORE + NEAR_SCORE
        same.append(bool((pairs >= SAME_BOX).all()) and len(pairs) == len(strong) and not clearly.any())
    return np.array(same, bool), np.array(ious, np.float64)


def _strong(scores: NDArray[Any], least: float) -> NDArray[np.int64]:
    """Places of the boxes with this score or more, at most the best MOST_BOXES."""
    best = scores.max(axis=1)
    order = np.argsort(-best, kind="stable")[:MOST_BOXES]
    return np.asarray(order[best[order] >= least], np.int64)


def _best_boxes(boxes: NDArray[Any], scores: NDArray[Any]) -> NDArray[Any]:
    """(N, 4): of the best class, where each class has a box of its own."""
    return boxes[np.arange(len(boxes)), scores.argmax(axis=1)] if boxes.ndim == 3 else boxes


def slices_of(same: NDArray[np.bool_], photos: Sequence[Photo]) -> tuple[SliceAgreement, ...]:
    """The agreement on all photos first, then on each slice of them. same (n,)."""
    measured, limits = [traits(photo) for photo in photos], SubgroupSettings()
    rows = []
    for name, belongs in SUBGROUPS.items():
        members = [place for place, each in enumerate(measured) if belongs(each, limits)]
        agreed = int(same[members].sum()) if members else 0
        rows.append(SliceAgreement(name, agreed, len(members), *wilson_interval(agreed, len(members))))
    return tuple(rows)


def tensor_pixels(model: Any, photo: Photo) -> torch.Tensor:
    """One photo as the tensor that every runtime is given."""
    pixels: torch.Tensor = model.pixels([model.prepare(photo)])
    return pixels
