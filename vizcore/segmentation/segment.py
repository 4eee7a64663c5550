"""The cheap half of a segmenter: what is under the click, in the box?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import torch

from vizcore.errors import InvalidOutput
from vizcore.photo import Note
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Provenance
from vizcore.segmentation.prompts import Box, Prompts, as_batch, boxes_to_model, checked, inside_box
from vizcore.segmentation.results import ImageEmbedding, Masks
from vizcore.segmentation.upsampling import masks_of, picture_part, stability
from vizcore.zoo.prompting import Decoded, PromptBatch
from vizcore.zoo.protocols import PromptableSegmenter

BOXES_PER_BATCH = 16


@dataclass(frozen=True, eq=False)
class SegmentSettings:
    """prompts: hints at one object. previous (h, w): `low_res_logits` of the last answer about it.

    keep: "all" candidates of a single click at the photo's size, or only the "best", which is quicker.
    """

    prompts: Prompts
    previous: FloatArray | None = None
    keep: Literal["all", "best"] = "all"


@dataclass(frozen=True)
class BoxSettings:
    """boxes_xyxy: one object in each, in photo pixels."""

    boxes_xyxy: tuple[Box, ...]


@torch.inference_mode()
def segment(model: PromptableSegmenter, embedding: ImageEmbedding, settings: SegmentSettings) -> Masks:
    """Masks of one object, best predicted IoU first: three for a single click, one for several prompts.

    Only the decoder runs. embedding: of the same model, by `embed`. Prompts outside the photo are moved to its edge,
    and a note in the provenance says so. Errors: PromptInvalid, InvalidOutput. Rules: Kirillov et al. 2023, section 3.
    """
    expect_own(model, embedding)
    prompts, notes = checked(settings.prompts, embedding.size_wh)
    several = model.several and prompts.single_click and settings.previous is None
    batch = as_batch(prompts, embedding.placement, settings.previous, several=several)
    decoded = valid(model, model.decode(embedding.encoded, batch))
    order = torch.argsort(decoded.predicted_iou[0], descending=True, stable=True)
    order = order[:1] if settings.keep == "best" else order
    found = Decoded(decoded.logits[0, order], decoded.predicted_iou[0, order])
    return as_masks(found, embedding, _provenance("segmentation.segment", model, embedding, settings, notes))


@torch.inference_mode()
def segment_boxes(model: PromptableSegmenter, embedding: ImageEmbedding, settings: BoxSettings) -> Masks:
    """One mask for each box, in their order: "detect, then segment". No boxes give no masks. Errors as `segment`."""
    expect_own(model, embedding)
    inside = [inside_box(box, embedding.size_wh) for box in settings.boxes_xyxy]
    moved = sum(outside for _, outside in inside)
    notes = (Note("prompts_clamped", {"count": moved}),) if moved else ()
    boxes = np.array([box for box, _ in inside], float).reshape(-1, 4)
    batches = [
        valid(model, model.decode(embedding.encoded, PromptBatch(boxes_xyxy=part, several=False)))
        for part in _parts(boxes_to_model(boxes, embedding.placement))
    ]
    provenance = _provenance("segmentation.segment_boxes", model, embedding, settings, notes)
    if not batches:
        return no_masks(embedding, provenance)
    logits = torch.cat([each.logits[:, 0] for each in batches])
    quality = torch.cat([each.predicted_iou[:, 0] for each in batches])
    return as_masks(Decoded(logits, quality), embedding, provenance)


def expect_own(model: PromptableSegmenter, embedding: ImageEmbedding) -> None:
    """ValueError for the embedding of another model or of other weights."""
    made_by = (embedding.provenance.model, embedding.provenance.weights_sha256)
    if made_by != (model.card.key, model.weights_sha256):
        raise ValueError(f"expected an embedding by {model.card.key}, got one by {made_by[0]}")


def valid(model: PromptableSegmenter, decoded: Decoded) -> Decoded:
    """InvalidOutput for logits that are not numbers."""
    if not torch.isfinite(decoded.logits).all():
        raise InvalidOutput(model=model.card.key)
    return decoded


def as_masks(found: Decoded, embedding: ImageEmbedding, provenance: Provenance) -> Masks:
    """logits (n, h, w), predicted_iou (n,) -> masks at the photo's size; stability is measured on the small logits."""
    steady = stability(picture_part(found.logits, embedding.encoded))
    steady = torch.where(torch.isnan(found.predicted_iou), torch.nan, steady)
    masks = masks_of(found.logits, embedding.encoded)
    masks.flags.writeable = False  # or the result would copy them
    return Masks(
        provenance=provenance,
        masks=masks,
        predicted_iou=found.predicted_iou.float().cpu().numpy(),
        stability=steady.float().cpu().numpy(),
        boxes_xyxy=np.array([tight_box(mask) for mask in masks], np.float64).reshape(-1, 4),
        areas=np.array([np.count_nonzero(mask) for mask in masks], np.int64),
        low_res_logits=found.logits.float().cpu().numpy(),
    )


@torch.inference_mode()
def no_masks(embedding: ImageEmbedding, provenance: Provenance) -> Masks:
    """The answer where nothing was asked for."""
    width, height = embedding.size_wh
    none = np.zeros(0, np.float32)
    empty = (np.zeros((0, height, width), bool), none, none, np.zeros((0, 4)), np.zeros(0, np.int64))
    return Masks(provenance, *empty, np.zeros((0, 1, 1), np.float32))


def tight_box(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> tuple[int, int, int, int]:
    """(H, W) -> x0, y0, x1, y1 in pixel edges; four zeros for an empty mask."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return 0, 0, 0, 0
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _parts(boxes: FloatArray) -> Sequence[FloatArray]:
    return [boxes[start : start + BOXES_PER_BATCH] for start in range(0, len(boxes), BOXES_PER_BATCH)]


def _provenance(
    operation: str,
    model: PromptableSegmenter,
    embedding: ImageEmbedding,
    settings: SegmentSettings | BoxSettings,
    notes: tuple[Note, ...],
) -> Provenance:
    """Earlier logits are named by their hash: they are the answer to earlier prompts, not a setting of their own."""
    plain: Mapping[str, Any]
    if isinstance(settings, SegmentSettings):
        previous = settings.previous
        plain = {"prompts": asdict(settings.prompts), "keep": settings.keep, "previous_sha256": _sha256(previous)}
    else:
        plain = asdict(settings)
    made = provenance_of(operation, model, None)
    return replace(made, photos_sha256=(embedding.sha256,), settings=plain, notes=notes)


def _sha256(array: FloatArray | None) -> str | None:
    return None if array is None else hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
