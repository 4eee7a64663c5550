"""One object's masks in every frame of a clip: what was shown, what was found, and the signals that watch it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.segmentation.prompts import Box, Prompts
from vizcore.segmentation.rle import Rle, encode
from vizcore.segmentation.segment import tight_box
from vizcore.tracking.clip import ClipTruth
from vizcore.tracking.mask_motion import MaskArray, overlap
from vizcore.zoo.protocols import LoadedModel

Alarm = Literal["lost", "fills", "quality", "area", "place", "looks"]
QUALITY_SHARE, JUMP, GROWTH, FILLS, LEAST_AGREEMENT, LEAST_LIKENESS = 0.75, 1.5, 3.0, 0.9, 0.6, 0.45


@dataclass(frozen=True)
class Anchor:
    """In `frame` (from 1) a person shows the object by these prompts."""

    frame: int
    prompts: Prompts


@dataclass(frozen=True)
class PropagateSettings:
    """anchors: at least one, each in a frame of its own."""

    anchors: tuple[Anchor, ...]

    def __post_init__(self) -> None:
        frames = [anchor.frame for anchor in self.anchors]
        if not frames or len(set(frames)) != len(frames) or min(frames) < 1:
            raise ValueError(f"expected anchors in different frames from 1, got {frames}")

    def in_order(self, frames: int) -> list[Anchor]:
        """The anchors by frame; ValueError for one after the last of so many frames."""
        ordered = sorted(self.anchors, key=lambda anchor: anchor.frame)
        if ordered[-1].frame > frames:
            raise ValueError(f"expected anchors up to frame {frames}, got {ordered[-1].frame}")
        return ordered


@dataclass(frozen=True, eq=False)
class Seen:
    """The object in one frame. agreement: IoU with the last mask, moved on by optical flow; likeness: of its colours
    to those at its anchor, 0 to 1. Both NaN at an anchor."""

    mask: MaskArray
    predicted_iou: float
    agreement: float = float("nan")
    likeness: float = float("nan")

    @property
    def box(self) -> Box:
        """Zeros for an empty mask."""
        x0, y0, x1, y1 = tight_box(self.mask)
        return float(x0), float(y0), float(x1), float(y1)


@dataclass(frozen=True, eq=False)
class PropagatedMasks(Result):
    """One object in F frames: rles; predicted_iou (F,); agreement and likeness (F,) as in `Seen`; areas (F,) in pixels;
    boxes_xyxy (F, 4), zeros where the mask is empty; anchors: the prompted frames, from 1."""

    rles: tuple[Rle, ...]
    predicted_iou: FloatArray
    agreement: FloatArray
    likeness: FloatArray
    areas: NDArray[np.int64]
    boxes_xyxy: FloatArray
    anchors: tuple[int, ...]

    def validate(self) -> None:
        count = len(self.rles)
        for name in ("predicted_iou", "agreement", "likeness", "areas"):
            expect_shape(name, getattr(self, name), (count,))
        expect_shape("boxes_xyxy", self.boxes_xyxy, (count, 4))

    def to_json(self) -> dict[str, Any]:
        """Masks as COCO run lengths."""
        return {**super().to_json(), "rles": [each.to_coco() for each in self.rles]}


def nearest_anchor(frame: int, anchors: Sequence[int]) -> int:
    """The anchor that a frame is carried from: the nearer one, the earlier one of two equally near."""
    return min(anchors, key=lambda anchor: (abs(anchor - frame), anchor))


def drift_alarms(masks: PropagatedMasks, size_wh: tuple[int, int]) -> dict[int, list[Alarm]]:
    """Frames (from 1) in which something points to drift.

    lost: the mask is empty. fills: it covers over 90 % of the picture. quality: the predicted IoU fell below three
    quarters of its anchor's. area: 1.5 times larger or smaller than a frame before, or 3 times than at its anchor.
    place: IoU under 0.6 with the last mask, moved as the pixels moved. looks: less than 0.45 of its colours are those
    at its anchor.
    """
    found = {place + 1: _alarms_at(masks, place, size_wh) for place in range(len(masks.rles))}
    return {frame: alarms for frame, alarms in found.items() if alarms}


def true_ious(masks: PropagatedMasks, truth: ClipTruth, identity: int) -> list[float | None]:
    """IoU with the object's visible pixels in each frame; None in frames that it has no box in."""
    found: list[float | None] = [None] * len(masks.rles)
    for row in np.flatnonzero(truth.table.ids == identity).tolist():
        place = int(truth.table.frames[row]) - 1
        found[place] = overlap(masks.rles[place].decode(), truth.masks[row].decode())
    return found


def propagated(
    operation: str, model: LoadedModel, sha256: Sequence[str], settings: PropagateSettings, found: Mapping[int, Seen]
) -> PropagatedMasks:
    """The frames' masks, by frame from 1, as one result. sha256: of the frames' pictures."""
    seen = [found[frame] for frame in range(1, len(sha256) + 1)]
    return PropagatedMasks(
        provenance=replace(provenance_of(operation, model, None, settings), photos_sha256=tuple(sha256)),
        rles=tuple(encode(each.mask) for each in seen),
        predicted_iou=np.array([each.predicted_iou for each in seen]),
        agreement=np.array([each.agreement for each in seen]),
        likeness=np.array([each.likeness for each in seen]),
        areas=np.array([int(each.mask.sum()) for each in seen], dtype=np.int64),
        boxes_xyxy=np.array([each.box for each in seen]).reshape(-1, 4),
        anchors=tuple(sorted(anchor.frame for anchor in settings.anchors)),
    )


def _alarms_at(masks: PropagatedMasks, place: int, size_wh: tuple[int, int]) -> list[Alarm]:
    frame, area = place + 1, int(masks.areas[place])
    anchor = nearest_anchor(frame, masks.anchors)
    before = int(masks.areas[place - 1 if frame > anchor else place + 1]) if frame != anchor else area
    raised: dict[Alarm, bool] = {
        "lost": area == 0,
        "fills": area > FILLS * size_wh[0] * size_wh[1],
        "quality": bool(masks.predicted_iou[place] < QUALITY_SHARE * masks.predicted_iou[anchor - 1]),
        "area": _times(area, before) > JUMP or _times(area, int(masks.areas[anchor - 1])) > GROWTH,
        "place": bool(masks.agreement[place] < LEAST_AGREEMENT),
        "looks": bool(masks.likeness[place] < LEAST_LIKENESS),
    }
    return [alarm for alarm, on in raised.items() if on]


def _times(one: int, other: int) -> float:
    """How many times larger the larger is; 1 where either is nothing, which is another alarm."""
    return max(one / other, other / one) if one and other else 1.0
