"""What is there to cut out at all? A grid of clicks over the photo, and what is left of their masks after the filters.

The procedure of Segment Anything's automatic mask generator (Kirillov et al. 2023, appendix B) without its crops. Two
differences: stability is measured on the decoder's own small logits, so that what fails it is never enlarged, and boxes
end at pixel edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.errors import ModelCannot, SettingOutOfRange
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Provenance
from vizcore.segmentation.cleanup import fill_holes, largest_component, remove_specks
from vizcore.segmentation.results import ImageEmbedding, Mask, MaskSet
from vizcore.segmentation.rle import Rle, encode
from vizcore.segmentation.segment import expect_own, valid
from vizcore.segmentation.upsampling import masks_of, picture_part, stability
from vizcore.snapshots import Snapshot
from vizcore.zoo.prompting import PromptBatch
from vizcore.zoo.protocols import PromptableSegmenter

MOST_POINTS_PER_SIDE = 64
# Least predicted IoU and stability. The bundled network is small and doubts itself: SAM's own limits would sieve out
# nearly all it finds.
USUAL_LIMITS, USUAL_LIMITS_BUNDLED = (0.88, 0.95), (0.35, 0.7)
MOST_ENLARGED_PIXELS = 16_000_000  # at once: logits of more masks would fill the memory


@dataclass(frozen=True)
class EverythingSettings:
    """points_per_side: clicks in a row and in a column. points_per_batch: clicks between two looks at Stop.

    predicted_iou, stability: least values that a mask needs. stability_offset: by how much the threshold is moved.
    box_nms: of two boxes with more IoU than this the one with the lower predicted IoU goes. min_area: pixels; smaller
    specks of a mask are removed and smaller holes filled.
    """

    points_per_side: int = 32
    points_per_batch: int = 16
    predicted_iou: float = 0.88
    stability: float = 0.95
    stability_offset: float = 1.0
    box_nms: float = 0.7
    min_area: int = 0


@dataclass(frozen=True, eq=False)
class _Kept:
    """One mask that passed the filters."""

    rle: Rle
    area: int
    box_xyxy: tuple[int, int, int, int]
    predicted_iou: float
    stability: float
    point_xy: tuple[float, float]
    cleaned: bool


def everything(
    model: PromptableSegmenter, embedding: ImageEmbedding, settings: EverythingSettings | None = None
) -> Iterator[Snapshot]:
    """A snapshot after each batch of clicks, with a `MaskSet` of what has been kept so far, best predicted IoU first.

    values: `masks` kept, `clicks` done. ModelCannot for a segmenter that offers no candidates; SettingOutOfRange.
    """
    chosen = settings or EverythingSettings()
    expect_own(model, embedding)
    if not model.several:
        raise ModelCannot(model=model.card.key, ability="everything")
    _check(chosen)
    points = point_grid(chosen.points_per_side) * embedding.size_wh
    made = provenance_of("segmentation.everything", model, None, chosen)
    made = replace(made, photos_sha256=(embedding.sha256,))
    kept: list[_Kept] = []
    for start in range(0, len(points), chosen.points_per_batch):
        batch = points[start : start + chosen.points_per_batch]
        kept += _masks_of(model, embedding, batch, chosen)
        found = _set_of(kept, embedding, chosen, made)
        done = start + len(batch)
        yield Snapshot(done, len(points), {"masks": len(found), "clicks": done}, result=found)


def usual_limits(*, bundled: bool) -> tuple[float, float]:
    """Least predicted IoU and stability to begin with: SAM's own, or those that suit the bundled network."""
    return USUAL_LIMITS_BUNDLED if bundled else USUAL_LIMITS


def point_grid(per_side: int) -> FloatArray:
    """(n * n, 2) x, y in (0, 1), row by row: the centres of n x n equal cells."""
    ticks = (np.arange(per_side) + 0.5) / per_side
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


def label_map(masks: MaskSet, order: Sequence[int] | None = None) -> NDArray[np.int32]:
    """(H, W): 0 for nothing, i + 1 for mask i; none overlap. Smaller masks lie on top, or the last ones of `order`."""
    width, height = masks.size_wh
    flat = np.zeros(width * height, np.int32)  # column by column, as the runs are
    for place in np.argsort(-masks.areas, kind="stable") if order is None else order:
        for start, end in zip(*masks.rle(int(place)).runs(), strict=True):
            flat[start:end] = place + 1
    return np.ascontiguousarray(flat.reshape(width, height).T)


@dataclass(frozen=True)
class Coverage:
    """share: of the photo, in some mask. claimed_again: pixels that further masks cover too, counted for each."""

    share: float
    claimed_again: int


def coverage(masks: MaskSet, labels: NDArray[np.integer[Any]]) -> Coverage:
    """How much of the photo the masks cover, and how far they overlap. labels (H, W): their `label_map`."""
    covered = int((labels > 0).sum())
    return Coverage(covered / labels.size, int(masks.areas.sum()) - covered)


def _check(chosen: EverythingSettings) -> None:
    limits = {
        "points_per_side": (1, MOST_POINTS_PER_SIDE),
        "points_per_batch": (1, 256),
        "predicted_iou": (0, 1),
        "stability": (0, 1),
        "stability_offset": (0, 10),
        "box_nms": (0, 1),
        "min_area": (0, 10**9),
    }
    for name, (least, most) in limits.items():
        value = asdict(chosen)[name]
        if not least <= value <= most:
            raise SettingOutOfRange(setting=name, least=least, most=most, actual=value)


@torch.inference_mode()
def _masks_of(
    model: PromptableSegmenter, embedding: ImageEmbedding, points: FloatArray, chosen: EverythingSettings
) -> list[_Kept]:
    """Three masks for each click, those that pass predicted IoU and stability."""
    encoded = embedding.encoded
    labels = np.ones((len(points), 1), np.int32)
    clicks = PromptBatch(embedding.placement.to_model(points)[:, None], labels)
    decoded = valid(model, model.decode(encoded, clicks))
    logits, quality = decoded.logits.flatten(0, 1), decoded.predicted_iou.flatten()
    origin = np.arange(len(points)).repeat(decoded.logits.shape[1])
    good = (
        torch.nonzero(quality > chosen.predicted_iou)[:, 0] if chosen.predicted_iou > 0 else torch.arange(len(logits))
    )
    steady = stability(picture_part(logits[good], encoded), chosen.stability_offset)
    good, steady = good[steady >= chosen.stability], steady[steady >= chosen.stability]
    at_once = max(1, MOST_ENLARGED_PIXELS // (embedding.size_wh[0] * embedding.size_wh[1]))
    kept = []
    for start in range(0, len(good), at_once):
        part = good[start : start + at_once]
        masks = masks_of(logits[part], encoded)
        for mask, place, firm in zip(masks, part.tolist(), steady[start : start + at_once].tolist(), strict=True):
            x, y = points[origin[place]]
            kept.append(_as_kept(mask, float(quality[place]), firm, (float(x), float(y)), chosen.min_area))
    return [each for each in kept if each.area]


def _as_kept(mask: Mask, quality: float, firm: float, point: tuple[float, float], min_area: int) -> _Kept:
    cleaned = mask
    if min_area:
        filled = fill_holes(mask, min_area - 1)
        cleaned = remove_specks(filled, min_area)
        cleaned = cleaned if cleaned.any() else largest_component(filled)
    rle = encode(cleaned)
    return _Kept(rle, rle.area, rle.box_xyxy(), quality, firm, point, cleaned=bool((cleaned != mask).any()))


def _set_of(kept: list[_Kept], embedding: ImageEmbedding, chosen: EverythingSettings, made: Provenance) -> MaskSet:
    """Without near-doubles, best first."""
    chosen_ones = [kept[place] for place in _without_doubles(kept, chosen)]
    best_first = sorted(chosen_ones, key=lambda each: -each.predicted_iou)
    return MaskSet(
        made,
        rles=tuple(each.rle for each in best_first),
        predicted_iou=np.array([each.predicted_iou for each in best_first], np.float64),
        stability=np.array([each.stability for each in best_first], np.float64),
        boxes_xyxy=np.array([each.box_xyxy for each in best_first], np.float64).reshape(-1, 4),
        areas=np.array([each.area for each in best_first], np.int64),
        points_xy=np.array([each.point_xy for each in best_first], np.float64).reshape(-1, 2),
        size_wh=embedding.size_wh,
    )


def _without_doubles(kept: list[_Kept], chosen: EverythingSettings) -> list[int]:
    """NMS on boxes by predicted IoU; after a clean-up once more, masks that needed none first (as in SAM)."""
    from torchvision.ops import nms

    if not kept:
        return []
    boxes = torch.tensor([each.box_xyxy for each in kept], dtype=torch.float32)
    quality = torch.tensor([each.predicted_iou for each in kept])
    places = nms(boxes, quality, chosen.box_nms)
    if chosen.min_area:
        untouched = torch.tensor([float(not kept[place].cleaned) for place in places.tolist()])
        places = places[nms(boxes[places], untouched, chosen.box_nms)]
    found: list[int] = places.tolist()
    return found
