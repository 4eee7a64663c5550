"""Which parts of a photo could name somebody, and how are they hidden before it leaves the house?

A proposal, never a promise: faces by scikit-image's own cascade of local binary patterns, heads as the upper part of
every person and plates as the lower part of every vehicle that a detector finds. A person confirms, adds and removes;
how much each kind misses was measured (`MEASURED`). What is hidden so is not anonymous: clothes, place and time remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.detection.candidates import ProposeSettings, propose
from vizcore.detection.choosing import ChoiceSettings, choose
from vizcore.i18n import N_
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape

Kind = Literal["face", "head", "plate", "own"]
Way = Literal["mosaic", "grey"]
SIDE = 640  # of the copy in which faces are looked for
SMALLEST, WINDOW = 24, 24  # pixels of that copy
PEOPLE, VEHICLES = frozenset({"person"}), frozenset({"car", "bus", "truck", "motorbike", "motorcycle"})
HEAD, HEAD_SHARES = 0.65, (0.25, 0.6)  # of a person's height: 0.65 of the width over the height, within these
PLATE = 0.5  # of a vehicle's height, from below
TWO_WHEELS, PLATE_ON_TWO = frozenset({"motorbike", "motorcycle"}), 0.75  # at the tail, over the wheel
GROWN = 0.15  # of each side, added all around
CELLS = 5  # of the mosaic along a region's longer side: too few to tell one person from another
GREY = 110
SAME_OBJECT = 0.45  # IoU from which two boxes are one person


@dataclass(frozen=True)
class RedactionSettings:
    """kinds: what is looked for. score: least score of a person or vehicle, low on purpose: a miss costs more."""

    kinds: tuple[Kind, ...] = ("face", "head", "plate")
    score: float = 0.2


@dataclass(frozen=True, eq=False)
class Proposal(Result):
    """boxes_xyxy (n, 4) in photo pixels, within the photo; kinds: why each is proposed."""

    boxes_xyxy: FloatArray
    kinds: tuple[Kind, ...]

    def validate(self) -> None:
        expect_shape("boxes_xyxy", self.boxes_xyxy, (len(self.kinds), 4))


@dataclass(frozen=True)
class MeasuredRecall:
    """found of n; n = 0: nothing to measure it on. on: to be translated when shown."""

    kind: Kind
    found: int
    n: int
    on: str


# By `python -m benchmarks redaction`: a region counts as found when one proposal covers 80 % of it.
MEASURED = (
    MeasuredRecall("face", 93, 100, N_("100 frontal faces of LFW, 40 to 120 pixels, pasted into photos")),
    MeasuredRecall("face", 5, 7, N_("the sample photos' own faces, two in profile, boxed by hand")),
    MeasuredRecall("head", 7, 7, N_("the same faces, with the persons that YOLO mini finds")),
    MeasuredRecall(
        "plate", 90, 100, N_("100 plates drawn onto the sample photos' bus and motorcycle; no car is among them")
    ),
)


def propose_regions(model: Any, photo: Photo, settings: RedactionSettings | None = None) -> Proposal:
    """Regions to hide; `model` is a detector. Errors: InvalidOutput."""
    chosen = settings or RedactionSettings()
    rows: list[tuple[Kind, FloatArray]] = []
    if "face" in chosen.kinds:
        rows += [("face", box) for box in faces(photo)]
    if {"head", "plate"} & set(chosen.kinds):
        proposed = propose(model, photo, ProposeSettings(floor=chosen.score))
        found = choose(proposed, ChoiceSettings(score=chosen.score, iou=SAME_OBJECT))
        for box, index in zip(found.boxes_xyxy, found.class_ids.tolist(), strict=True):
            label = found.labels[index]
            if label in PEOPLE and "head" in chosen.kinds:
                rows.append(("head", upper_part(box)))
            elif label in VEHICLES and "plate" in chosen.kinds:
                rows.append(("plate", lower_part(box, PLATE_ON_TWO if label in TWO_WHEELS else PLATE)))
    boxes = [within(box, photo) for _kind, box in rows]
    provenance = provenance_of("propose_regions", model, photo, chosen)
    return Proposal(provenance, np.array(boxes, np.float64).reshape(-1, 4), tuple(kind for kind, _box in rows))


def faces(photo: Photo) -> list[FloatArray]:
    """Boxes of frontal faces, as the cascade sees them in a small copy."""
    small = shrunk(photo.rgb, SIDE)
    scale = max(photo.height, photo.width) / max(small.shape[:2])
    most = min(small.shape[:2])
    if most < SMALLEST:
        return []
    found = _cascade().detect_multi_scale(
        img=np.ascontiguousarray(small), scale_factor=1.15, step_ratio=1, min_size=(SMALLEST, SMALLEST),
        max_size=(most, most), min_neighbor_number=3,
    )  # fmt: skip
    return [scale * np.array([d["c"], d["r"], d["c"] + d["width"], d["r"] + d["height"]], np.float64) for d in found]


@lru_cache(maxsize=1)
def _cascade() -> Any:
    import skimage.data
    from skimage.feature import Cascade

    data: Any = skimage.data
    return Cascade(data.lbp_frontal_face_cascade_filename())


def upper_part(box: FloatArray) -> FloatArray:
    """Where the head is: of a standing person the upper fourth, of one cut at the waist or bent more of the box."""
    x0, y0, x1, y1 = (float(value) for value in box)
    share = float(np.clip(HEAD * (x1 - x0) / max(y1 - y0, 1e-9), *HEAD_SHARES))
    return np.array([x0, y0, x1, y0 + share * (y1 - y0)])


def lower_part(box: FloatArray, share: float = PLATE) -> FloatArray:
    """Where a vehicle has its plates. share: of its height, from below."""
    x0, y0, x1, y1 = (float(value) for value in box)
    return np.array([x0, y1 - share * (y1 - y0), x1, y1])


def within(box: FloatArray, photo: Photo) -> FloatArray:
    """The box a little larger, cut at the photo's edges."""
    x0, y0, x1, y1 = (float(value) for value in box)
    across, down = GROWN * (x1 - x0), GROWN * (y1 - y0)
    grown = np.array([x0 - across, y0 - down, x1 + across, y1 + down])
    return np.asarray(np.clip(grown, 0, [photo.width, photo.height, photo.width, photo.height]), np.float64)


def region_inside(photo: Photo, corners: Sequence[float]) -> tuple[float, float, float, float] | None:
    """The region between two corners (x, y, x, y) in whatever order, cut at the photo's edges; None without an area."""
    x0, x1 = (min(max(x, 0.0), photo.width) for x in sorted(corners[0::2]))
    y0, y1 = (min(max(y, 0.0), photo.height) for y in sorted(corners[1::2]))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def redacted(photo: Photo, boxes_xyxy: Sequence[Sequence[float]], way: Way = "mosaic") -> Photo:
    """The photo with every region hidden; boxes without an area inside the photo change nothing.

    mosaic: CELLS means along the longer side, fewer where a cell would be under 2 pixels. grey: nothing of it is left.
    """
    rgb = photo.rgb.copy()
    for x0, y0, x1, y1 in boxes_xyxy:
        left, top = max(0, int(np.floor(x0))), max(0, int(np.floor(y0)))
        right, bottom = min(photo.width, int(np.ceil(x1))), min(photo.height, int(np.ceil(y1)))
        if right > left and bottom > top:
            part = rgb[top:bottom, left:right]
            rgb[top:bottom, left:right] = GREY if way == "grey" else _mosaic(part)
    return Photo(rgb, photo.name)


def _mosaic(part: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = part.shape[:2]
    longest = max(height, width)
    most = max(1, min(CELLS, longest // 2))
    cells = (max(1, round(most * width / longest)), max(1, round(most * height / longest)))
    small = Image.fromarray(part).resize(cells, Image.Resampling.BOX)
    return np.asarray(small.resize((width, height), Image.Resampling.NEAREST))


def covered(truth_xyxy: FloatArray, boxes_xyxy: FloatArray, *, least: float = 0.8) -> NDArray[np.bool_]:
    """(n,): whether one box covers at least this share of each true region."""
    truth, boxes = np.asarray(truth_xyxy, np.float64).reshape(-1, 4), np.asarray(boxes_xyxy, np.float64).reshape(-1, 4)
    if not len(boxes):
        return np.zeros(len(truth), bool)
    low = np.maximum(truth[:, None, :2], boxes[None, :, :2])
    high = np.minimum(truth[:, None, 2:], boxes[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    return np.asarray((shared / np.prod(truth[:, 2:] - truth[:, :2], axis=1)[:, None]).max(axis=1) >= least)
