"""What does a model decide about what it is given, and how far is one decision from another? One row for each task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vizcore.detection.boxes import iou_matrix
from vizcore.detection.candidates import scored_boxes
from vizcore.detection.choosing import ChoiceSettings, choose
from vizcore.errors import InvalidOutput, ModelCannot
from vizcore.photo import Photo
from vizcore.preprocessing.variants.feeding import Fed, turned_back
from vizcore.results import Candidates, Detections, FloatArray, Provenance
from vizcore.segmentation.embed import embed
from vizcore.segmentation.prompts import Prompts
from vizcore.segmentation.segment import SegmentSettings, segment

BATCH = 12
FLOOR = 0.01
SAME_BOX, SAME_MASK = 0.5, 0.9


@dataclass(frozen=True, eq=False)
class Given:
    """photo: the pixels that came out of the file. fed: after the recipe, None where the model prepares by itself.

    turned: quarter turns of `photo` against the clock. size_wh: of the right photo.
    """

    photo: Photo
    fed: Fed | None
    turned: int
    size_wh: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Decision:
    """label, confidence: of the first answer, "" and 0 for none. What is compared: shares, boxes or mask."""

    label: str
    confidence: float
    shares: FloatArray = field(default_factory=lambda: np.zeros(0))
    detections: Detections | None = None
    mask: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Judged:
    """overlap in [0, 1]; lost, extra: boxes without a partner of the same class at IoU 0.5."""

    changed: bool
    overlap: float
    lost: int = 0
    extra: int = 0


@dataclass(frozen=True)
class Answerer:
    """How models of one task decide, and how two decisions are compared: (right, found)."""

    decide: Callable[[Any, Sequence[Given], ChoiceSettings], list[Decision]]
    compare: Callable[[Decision, Decision], Judged]


def batches(given: Sequence[Given]) -> list[list[int]]:
    """Places that can share a pass: equal sizes, at most BATCH."""
    by_size: dict[tuple[int, ...], list[int]] = {}
    for place, each in enumerate(given):
        by_size.setdefault(_fed(each).values.shape, []).append(place)
    return [places[i : i + BATCH] for places in by_size.values() for i in range(0, len(places), BATCH)]


def tensor(given: Sequence[Given], device: str) -> torch.Tensor:
    """(B, 3, H, W) float32 on the device."""
    return torch.from_numpy(np.stack([_fed(each).values for each in given])).to(device).permute(0, 3, 1, 2)


def _fed(given: Given) -> Fed:
    if given.fed is None:
        raise ValueError("expected a model with a recipe, got one that prepares its pictures itself")
    return given.fed


def _classified(model: Any, given: Sequence[Given], choice: ChoiceSettings) -> list[Decision]:
    if not model.labels:
        raise ModelCannot(model=model.card.key, ability="classify")
    found: dict[int, Decision] = {}
    for places in batches(given):
        logits = model.logits(tensor([given[i] for i in places], model.device)).float()
        if not torch.isfinite(logits).all():
            raise InvalidOutput(model=model.card.key)
        for place, shares in zip(places, logits.double().softmax(1).cpu().numpy(), strict=True):
            best = int(shares.argmax())
            found[place] = Decision(model.labels[best], float(shares[best]), shares)
    return [found[place] for place in range(len(given))]


def _compare_classes(right: Decision, found: Decision) -> Judged:
    """overlap: what the two distributions share (1 - total variation)."""
    shared = float(np.minimum(right.shares, found.shares).sum())
    return Judged(right.label != found.label, min(1.0, shared))


def _detected(model: Any, given: Sequence[Given], choice: ChoiceSettings) -> list[Decision]:
    found: dict[int, Decision] = {}
    for places in batches(given):
        boxes, scores = scored_boxes(model, tensor([given[i] for i in places], model.device), "float32")
        for row, place in enumerate(places):
            chosen = _chosen(model, given[place], boxes[row].cpu().numpy(), scores[row].cpu().numpy(), choice)
            best = int(chosen.scores.argmax()) if len(chosen) else -1
            label = chosen.labels[int(chosen.class_ids[best])] if len(chosen) else ""
            score = float(chosen.scores[best]) if len(chosen) else 0.0
            found[place] = Decision(label, score, detections=chosen)
    return [found[place] for place in range(len(given))]


def _chosen(model: Any, given: Given, boxes: FloatArray, scores: FloatArray, choice: ChoiceSettings) -> Detections:
    """NMS and threshold in the pixels that came out of the file, then turned back to the upright photo."""
    origin, classes = np.nonzero(scores >= min(FLOOR, choice.score))
    if model.one_class:
        best = scores.argmax(axis=1)
        keep = classes == best[origin]
        origin, classes = origin[keep], classes[keep]
    picked = boxes[origin, classes] if boxes.ndim == 3 else boxes[origin]
    order = np.argsort(-scores[origin, classes], kind="stable")
    in_photo = _fed(given).placement.to_photo(picked[order].reshape(-1, 2, 2).astype(np.float64)).reshape(-1, 4)
    candidates = Candidates(
        Provenance(),
        in_photo,
        scores[origin, classes][order].astype(np.float64),
        classes[order],
        origin[order],
        tuple(model.labels),
        (given.photo.width, given.photo.height),
        FLOOR,
        model.needs_nms,
    )
    chosen = choose(candidates, choice)
    upright = turned_back(chosen.boxes_xyxy, given.turned, given.size_wh)
    return replace(chosen, boxes_xyxy=upright, size_wh=given.size_wh)


def match_boxes(right: Detections, found: Detections) -> tuple[FloatArray, int, int]:
    """IoU of one-to-one pairs of the same class (largest sum), and how many boxes of each side have no partner at 0.5.

    -> (ious of pairs (k,), lost, extra).
    """
    ious = iou_matrix(right.boxes_xyxy, found.boxes_xyxy)
    ious = np.where(right.class_ids[:, None] == found.class_ids[None, :], ious, 0.0)
    rows, columns = linear_sum_assignment(-ious) if ious.size else (np.zeros(0, int), np.zeros(0, int))
    paired = np.asarray(ious[rows, columns], np.float64)
    matched = int((paired >= SAME_BOX).sum())
    return paired, len(right) - matched, len(found) - matched


def _compare_boxes(right: Decision, found: Decision) -> Judged:
    """overlap: sum of the pairs' IoU over the number of boxes of both sides, pairs counted once; 1 for none in both."""
    if right.detections is None or found.detections is None:
        raise ValueError("expected detections on both sides")
    paired, lost, extra = match_boxes(right.detections, found.detections)
    count = max(len(right.detections), len(found.detections))
    overlap = float(paired.sum()) / count if count else 1.0
    return Judged(lost + extra > 0, min(1.0, overlap), lost, extra)


def _segmented(model: Any, given: Sequence[Given], choice: ChoiceSettings) -> list[Decision]:
    """The best mask of a click in the middle of each photo."""
    return [_clicked(model, each) for each in given]


def _clicked(model: Any, given: Given) -> Decision:
    embedding: Any = None
    for step in embed(model, given.photo):
        embedding = step.result or embedding
    point = (given.photo.width / 2, given.photo.height / 2)
    found = segment(model, embedding, SegmentSettings(Prompts((point,), (1,)), keep="best"))
    mask = np.rot90(found.masks[0], -given.turned)
    quality = float(np.nan_to_num(found.predicted_iou[0]))
    return Decision("", quality, mask=np.ascontiguousarray(mask))


def _compare_masks(right: Decision, found: Decision) -> Judged:
    if right.mask is None or found.mask is None:
        raise ValueError("expected masks on both sides")
    both, either = (right.mask & found.mask).sum(), (right.mask | found.mask).sum()
    overlap = float(both / either) if either else 1.0
    return Judged(overlap < SAME_MASK, overlap)


ANSWERERS: dict[str, Answerer] = {
    "classify": Answerer(_classified, _compare_classes),
    "detect": Answerer(_detected, _compare_boxes),
    "promptable": Answerer(_segmented, _compare_masks),
}
