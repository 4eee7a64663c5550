"""Which of several boxes on one object stays? Greedy NMS and Soft-NMS, within classes or across them, with a trace.

Everything is computed in float64, so that an IoU that equals the threshold on paper equals it here, and ties of score
are decided by the order of the input.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.detection.boxes import iou_matrix
from vizcore.results import FloatArray

Indices = NDArray[np.int64]
Decay = Callable[[FloatArray, "NmsRule"], FloatArray]

KERNEL_BLOCK, NUMPY_BLOCK = 1024, 256  # candidates compared with each other at once; quickest sizes measured
OUT = -np.inf  # the remaining score of a box that is kept already or dropped


@dataclass(frozen=True)
class NmsRule:
    """method: a key of `DECAYS`. iou: boxes that overlap by more than this are dropped (or lowered).

    agnostic: boxes of different classes compete too. sigma: width of Soft-NMS's Gaussian. floor: a box whose score is
    lowered below this is dropped. limit: most boxes kept, 0 for all.
    """

    method: str = "greedy"
    iou: float = 0.7
    agnostic: bool = False
    sigma: float = 0.5
    floor: float = 0.0
    limit: int = 300

    def __post_init__(self) -> None:
        if self.method not in DECAYS:
            raise ValueError(f"expected a method of {list(DECAYS)}, got {self.method!r}")
        if not (0 <= self.iou <= 1 and self.sigma > 0 and self.limit >= 0):
            raise ValueError(f"expected 0 <= iou <= 1, sigma > 0 and limit >= 0, got {self}")


@dataclass(frozen=True, eq=False)
class Kept:
    """indices (k,) of the input, best first, and their scores (k,) after NMS: lowered only by Soft-NMS."""

    indices: Indices
    scores: FloatArray


@dataclass(frozen=True)
class Suppression:
    """In this step (from 0) `kept` met `dropped` at this IoU and changed its score; indices of the input."""

    step: int
    kept: int
    dropped: int
    iou: float
    score_before: float
    score_after: float


@dataclass(frozen=True, eq=False)
class Trace:
    """Every suppression in order, as columns (m,): in step `step` the box `kept` lowers `dropped` to `score_after`.

    total: how many there were; more than m when the trace was cut. lost: how many boxes were dropped for good.
    """

    step: Indices
    kept: Indices
    dropped: Indices
    iou: FloatArray
    score_before: FloatArray
    score_after: FloatArray
    total: int
    lost: int

    def __len__(self) -> int:
        return len(self.step)

    def rows(self, step: int | None = None) -> list[Suppression]:
        """The suppressions of one step, or all."""
        places = np.arange(len(self)) if step is None else np.flatnonzero(self.step == step)
        columns = (self.step, self.kept, self.dropped, self.iou, self.score_before, self.score_after)
        return [Suppression(*row) for row in zip(*(column[places].tolist() for column in columns), strict=True)]


def nms(boxes_xyxy: FloatArray, scores: FloatArray, class_ids: Indices, rule: NmsRule | None = None) -> Kept:
    """boxes (n, 4), scores (n,), class_ids (n,), all finite -> what stays.

    Greedy NMS gives the indices of torchvision.ops.batched_nms; Soft-NMS is Bodla et al. 2017, section 3.
    """
    rule = rule or NmsRule()
    order, boxes, ranked = _ranked(boxes_xyxy, scores, class_ids, rule)
    if rule.method == "greedy":
        places = _greedy(boxes, ranked, rule)
        return Kept(order[places], scores[order[places]])
    pairs = [(step.place, step.score) for step in _steps(boxes, ranked, rule)]
    places = np.array([place for place, _ in pairs], np.int64)
    return Kept(order[places], np.array([score for _, score in pairs], np.float64))


def nms_with_trace(
    boxes_xyxy: FloatArray,
    scores: FloatArray,
    class_ids: Indices,
    rule: NmsRule | None = None,
    *,
    most_rows: int = 20_000,
) -> tuple[Kept, Trace]:
    """As `nms`, with who suppresses whom at which IoU; the trace is cut after `most_rows`."""
    rule = rule or NmsRule()
    order, boxes, ranked = _ranked(boxes_xyxy, scores, class_ids, rule)
    kept, final, pieces, total, lost, room = [], [], [], 0, 0, most_rows
    for number, step in enumerate(_steps(boxes, ranked, rule)):
        kept.append(order[step.place])
        final.append(step.score)
        pieces.append(_rows(number, step, order, room))
        total, lost, room = total + len(step.met), lost + step.lost, room - len(pieces[-1])
    indices = np.array(kept, np.int64)
    remaining = scores[indices] if rule.method == "greedy" else np.array(final, np.float64)
    rows = np.concatenate([np.empty((0, 6)), *pieces]).T  # (6, m)
    step, winner, loser = rows[:3].astype(np.int64)
    return Kept(indices, remaining), Trace(step, winner, loser, rows[3], rows[4], rows[5], total, lost)


def _hard_suppression(iou: FloatArray, rule: NmsRule) -> FloatArray:
    return np.where(iou > rule.iou, 0.0, 1.0)


def _linear(iou: FloatArray, rule: NmsRule) -> FloatArray:
    return np.where(iou > rule.iou, 1 - iou, 1.0)


def _gaussian(iou: FloatArray, rule: NmsRule) -> FloatArray:
    weight: FloatArray = np.exp(-(iou**2) / rule.sigma)
    return weight


# By what a box's score is multiplied when a better box overlaps it by this IoU; 0 drops it.
DECAYS: dict[str, Decay] = {"greedy": _hard_suppression, "soft_linear": _linear, "soft_gaussian": _gaussian}


@dataclass(frozen=True, eq=False)
class _Step:
    """One box is kept: its place in the ranking, its score now, and whom it met (places, IoU, scores around it).

    lost: how many of those are dropped for good.
    """

    place: int
    score: float
    met: Indices
    iou: FloatArray
    before: FloatArray
    after: FloatArray
    lost: int


def _steps(boxes: FloatArray, scores: FloatArray, rule: NmsRule) -> Iterator[_Step]:
    """Keeps the box with the highest remaining score and lowers those that it meets, until none or `limit` is left."""
    remaining = scores.astype(np.float64)
    for _ in range(min(rule.limit or len(boxes), len(boxes))):
        place = int(remaining.argmax())
        if not remaining[place] > OUT:
            return
        score, remaining[place] = float(remaining[place]), OUT
        iou = iou_matrix(boxes[place : place + 1], boxes)[0]
        weight = DECAYS[rule.method](iou, rule)
        met = np.flatnonzero((weight < 1) & (remaining > OUT))
        before = remaining[met]
        after = before * weight[met]
        out = (weight[met] == 0) | (after < rule.floor)
        remaining[met] = np.where(out, OUT, after)
        yield _Step(place, score, met, iou[met], before, after, int(out.sum()))


def _ranked(
    boxes_xyxy: FloatArray, scores: FloatArray, class_ids: Indices, rule: NmsRule
) -> tuple[Indices, FloatArray, FloatArray]:
    """The order from best to worst, and boxes and scores in it; classes are moved apart so that they never meet."""
    order = np.argsort(-scores, kind="stable").astype(np.int64)
    boxes = boxes_xyxy[order].astype(np.float64)
    if not rule.agnostic and len(boxes):
        apart = boxes.max() - min(boxes.min(), 0.0) + 1
        boxes += (class_ids[order] * apart)[:, None]
    return order, boxes, scores[order].astype(np.float64)


def _greedy(boxes: FloatArray, scores: FloatArray, rule: NmsRule) -> Indices:
    """Places kept, block by block: a block loses what earlier blocks' winners suppress, then competes in itself.

    Stopping at `limit` is exact, because winners come best first.
    """
    kernel = _kernel()
    block = KERNEL_BLOCK if kernel else NUMPY_BLOCK
    kept = np.empty(0, np.int64)
    for start in range(0, len(boxes), block):
        places = np.arange(start, min(start + block, len(boxes)))
        if len(kept):
            places = places[~(iou_matrix(boxes[kept], boxes[places]) > rule.iou).any(axis=0)]
        winners = (kernel or _winners)(boxes[places], scores[places], rule.iou)
        kept = np.concatenate([kept, places[winners]])
        if rule.limit and len(kept) >= rule.limit:
            break
    return kept[: rule.limit or None]


def _winners(boxes: FloatArray, scores: FloatArray, iou: float) -> Indices:
    """Places that greedy NMS keeps of boxes that are sorted already."""
    suppresses = np.triu(iou_matrix(boxes, boxes) > iou, 1)
    standing = np.ones(len(boxes), bool)
    for place in np.flatnonzero(suppresses.any(axis=1)):
        if standing[place]:
            standing &= ~suppresses[place]
    return np.flatnonzero(standing)


def _kernel() -> Callable[[FloatArray, FloatArray, float], Indices] | None:
    """torchvision's compiled NMS where this process has loaded it already: the same winners, several times quicker."""
    if "torchvision" not in sys.modules:
        return None
    import torch
    from torchvision.ops import nms as compiled

    def winners(boxes: FloatArray, scores: FloatArray, iou: float) -> Indices:
        places: Indices = compiled(torch.from_numpy(boxes), torch.from_numpy(scores), iou).numpy()
        return places

    return winners


def _rows(number: int, step: _Step, order: Indices, room: int) -> FloatArray:
    """The first `room` rows of the trace that this step gives, (m, 6): columns as in `Trace`."""
    count = min(len(step.met), room)
    rows = np.empty((count, 6))
    rows[:, 0], rows[:, 1], rows[:, 2] = number, order[step.place], order[step.met[:count]]
    rows[:, 3], rows[:, 4], rows[:, 5] = step.iou[:count], step.before[:count], step.after[:count]
    return rows
