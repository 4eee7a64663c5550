"""What does a detector propose before anybody chooses: every box with a score above a low floor, best first."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import torch

from vizcore.detection.boxes import usable_boxes
from vizcore.errors import InvalidOutput
from vizcore.features.finite import finite_array
from vizcore.photo import Note, Photo
from vizcore.preprocessing.recipes import Prepared
from vizcore.provenance import provenance_of
from vizcore.results import Candidates, FloatArray, Result
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import Detector

BATCH = 8  # photos in one pass

NumberType = Literal["float32", "bfloat16"]
NUMBER_TYPES: tuple[NumberType, ...] = get_args(NumberType)


@dataclass(frozen=True)
class ProposeSettings:
    """floor: least score of a candidate. limit: at most this many, the best; a note in the provenance says of how many.

    dtype: "bfloat16" is about twice as fast on many processors and moves boxes a little; "float32" is exact.
    """

    floor: float = 0.01
    limit: int = 20_000
    dtype: NumberType = "float32"

    def __post_init__(self) -> None:
        if not (0 <= self.floor <= 1 and self.limit >= 1 and self.dtype in NUMBER_TYPES):
            raise ValueError(f"expected 0 <= floor <= 1, limit >= 1 and a dtype of {NUMBER_TYPES}, got {self}")


@dataclass(frozen=True, eq=False)
class CandidatesOfMany(Result):
    """The candidates of each photo, in the photos' order."""

    each: tuple[Candidates, ...]

    def __len__(self) -> int:
        return len(self.each)


@dataclass(frozen=True)
class Phases:
    """Milliseconds of one pass: pre (photo to tensor on the device), model, post (scores to candidates)."""

    pre: float
    model: float
    post: float


@dataclass(frozen=True)
class _Rows:
    """What is left of one photo's answer, on the CPU: boxes (n, 4) in model pixels, and how many there would be."""

    boxes: FloatArray
    scores: FloatArray
    class_ids: np.ndarray
    origin: np.ndarray
    found: int


def propose(model: Detector, photo: Photo, settings: ProposeSettings | None = None) -> Candidates:
    """The candidates of one photo in its pixels, not cut at its edges; timing_ms has pre, model and post.

    Errors: InvalidOutput when the model answers with NaN or infinity.
    """
    candidates, _ = propose_timed(model, (photo,), settings or ProposeSettings())
    return candidates[0]


def propose_each(
    model: Detector, photos: Photo | Sequence[Photo], settings: ProposeSettings | None = None
) -> Iterator[Snapshot]:
    """The candidates of many photos, a few at a time: photos of one prepared size share a pass.

    Each snapshot's result holds what is known so far, the photos in order; the last one is complete.
    """
    settings = settings or ProposeSettings()
    pictures = (photos,) if isinstance(photos, Photo) else tuple(photos)
    provenance = provenance_of("propose_each", model, pictures, settings)
    found: dict[int, Candidates] = {}
    if not pictures:
        yield Snapshot(0, 0, result=CandidatesOfMany(provenance, ()))
    for start in range(0, len(pictures), BATCH):
        part = pictures[start : start + BATCH]
        prepared = [model.prepare(photo) for photo in part]
        for places in same_size(prepared):
            answers, _ = propose_timed(
                model, [part[i] for i in places], settings, prepared=[prepared[i] for i in places]
            )
            found.update(zip((start + i for i in places), answers, strict=True))
        known = tuple(found[index] for index in sorted(found))
        yield Snapshot(len(found), len(pictures), result=CandidatesOfMany(provenance, known))


def same_size(prepared: Sequence[Prepared]) -> list[list[int]]:
    """Indices of pictures that can share a batch, in order of their first one."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for index, each in enumerate(prepared):
        groups.setdefault(each.rgb.shape, []).append(index)
    return list(groups.values())


def propose_timed(
    model: Detector, photos: Sequence[Photo], settings: ProposeSettings, *, prepared: Sequence[Prepared] = ()
) -> tuple[list[Candidates], Phases]:
    """Candidates of photos that share one prepared size, in one pass, and how long each phase took.

    prepared: where the photos are prepared already; the time of `pre` then lacks it.
    """
    began = time.perf_counter()
    ready = prepared or [model.prepare(photo) for photo in photos]
    with torch.inference_mode():
        pixels = model.pixels(ready)
        wait_for(model.device)
        given = time.perf_counter()
        boxes, scores = scored_boxes(model, pixels, settings.dtype)
        wait_for(model.device)
        answered = time.perf_counter()
        rows = [_best_rows(model, boxes[i], scores[i], settings) for i in range(len(photos))]
    candidates = [_candidates(model, *each, settings) for each in zip(photos, ready, rows, strict=True)]
    ended = time.perf_counter()
    phases = Phases((given - began) * 1e3, (answered - given) * 1e3, (ended - answered) * 1e3)
    return [_stamped(each, phases, settings) for each in candidates], phases


def scored_boxes(model: Detector, pixels: torch.Tensor, dtype: NumberType) -> tuple[torch.Tensor, torch.Tensor]:
    """The model's own boxes and scores, computed in this number type; InvalidOutput for NaN or infinity."""
    device = torch.device(model.device).type
    with torch.autocast(device, torch.bfloat16, enabled=dtype == "bfloat16"):
        boxes, scores = model.scored_boxes(pixels)
    boxes, scores = boxes.float(), scores.float()
    if not (torch.isfinite(boxes).all() and torch.isfinite(scores).all()):
        raise InvalidOutput(model=model.card.key)
    return boxes, scores


def finite(tensor: torch.Tensor, model: Detector) -> FloatArray:
    """The tensor as a float32 array on the CPU; InvalidOutput when it holds NaN or infinity."""
    return finite_array(tensor, model.card.key)


def wait_for(device: str) -> None:
    """Returns when the device has done all it was given, so that a clock may be read."""
    kind = torch.device(device).type
    if kind == "cuda":
        torch.cuda.synchronize(device)  # without it the current one, which need not be where the model is
    elif kind == "mps":
        torch.mps.synchronize()


def _best_rows(model: Detector, boxes: torch.Tensor, scores: torch.Tensor, settings: ProposeSettings) -> _Rows:
    """boxes (N, 4) or (N, C, 4), scores (N, C) -> the best rows at or above the floor, best first, ties in order.

    Mostly in NumPy: on the 8400 x 80 scores of a YOLO that takes a third of torch's time.
    """
    places, share = boxes.cpu().numpy(), scores.cpu().numpy()
    if model.one_class:
        best = scores.amax(1).cpu().numpy()
        origin = np.flatnonzero(best >= settings.floor)
        classes, values = share[origin].argmax(axis=1), best[origin]
    else:
        origin, classes = np.nonzero(share >= settings.floor)
        values = share[origin, classes]
    chosen = places[origin, classes] if places.ndim == 3 else places[origin]
    usable = np.flatnonzero(usable_boxes(chosen, values))
    order = usable[np.argsort(-values[usable], kind="stable")][: settings.limit]
    return _Rows(chosen[order], values[order], classes[order], origin[order], len(usable))


def _candidates(
    model: Detector, photo: Photo, prepared: Prepared, rows: _Rows, settings: ProposeSettings
) -> Candidates:
    in_photo = prepared.placement.to_photo(rows.boxes.reshape(-1, 2, 2).astype(np.float64)).reshape(-1, 4)
    cut = (Note("candidates_cut", {"kept": len(rows.scores), "found": rows.found}),)
    provenance = provenance_of("propose", model, photo, settings)
    return Candidates(
        provenance=replace(provenance, notes=cut if rows.found > len(rows.scores) else ()),
        boxes_xyxy=in_photo,
        scores=rows.scores.astype(np.float64),
        class_ids=rows.class_ids,
        origin=rows.origin,
        labels=tuple(model.labels),
        size_wh=(photo.width, photo.height),
        floor=settings.floor,
        needs_nms=model.needs_nms,
    )


def _stamped(candidates: Candidates, phases: Phases, settings: ProposeSettings) -> Candidates:
    timing = {"pre": phases.pre, "model": phases.model, "post": phases.post}
    return replace(candidates, provenance=replace(candidates.provenance, timing_ms=timing, dtype=settings.dtype))
