"""Reads photos with label maps from the packs (segdet320, masks320, voc320; see README)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

SETS = ("coco", "bsds500", "pets", "pennfudan")  # of segdet320
REGION_SETS = ("clothing", "camvid")  # of masks320
LEAST_PIXELS = 150


@dataclass(frozen=True)
class LabelledPhoto:
    """rgb (H, W, 3) uint8; label maps (H, W) of one or several annotators, 0 = background or unlabelled.

    Several maps may be of different grain: annotators of BSDS500, garments and the whole person of masks320.
    """

    rgb: np.ndarray
    maps: tuple[np.ndarray, ...]
    source: str


def read_labelled_photos(packs: Path, split: str, pack: str = "segdet320") -> list[LabelledPhoto]:
    """Every photo of the pack's split ("train" or "val") that has a label map; of voc320, COCO's instances alone."""
    with np.load(packs / f"{pack}.npz", allow_pickle=False) as file:
        fields = {name: file[name] for name in ("iblob", "ioff", "mblob", "moff", "mask_img", "img_set", "img_split")}
        names = [str(name) for name in file["sets"]] if "sets" in file.files else list(SETS)
    wanted = (fields["img_split"] == (split == "val")) & (fields["img_set"] != _set_twice(names))
    found = []
    for row in np.flatnonzero(wanted):
        of_photo = np.flatnonzero(fields["mask_img"] == row)
        own = [np.asarray(_open(fields["mblob"], fields["moff"], i)).astype(np.int32) for i in of_photo]
        if own:
            rgb = np.asarray(_open(fields["iblob"], fields["ioff"], row).convert("RGB"))
            found.append(LabelledPhoto(rgb, tuple(own), names[fields["img_set"][row]]))
    return found


def _set_twice(names: list[str]) -> int:
    """The set of voc320 that is segdet320's coco; -1 in the other packs."""
    return names.index("coco_a") if "coco_a" in names else -1


def _open(blob: np.ndarray, offsets: np.ndarray, row: int) -> Image.Image:
    return Image.open(io.BytesIO(blob[offsets[row] : offsets[row + 1]].tobytes()))


def object_ids(label_map: np.ndarray, least: int = LEAST_PIXELS) -> np.ndarray:
    """Ids of the regions of at least `least` pixels, without 0."""
    ids, counts = np.unique(label_map, return_counts=True)
    return ids[(ids > 0) & (counts >= least)]


def fit(rgb: np.ndarray, size: int) -> tuple[np.ndarray, float]:
    """Longest side to `size` (as segment_anything does), padded with 0 at the right and the bottom; and the scale."""
    height, width = rgb.shape[:2]
    scale = size / max(height, width)
    shape = (max(1, int(width * scale + 0.5)), max(1, int(height * scale + 0.5)))
    shrunk = np.asarray(Image.fromarray(rgb).resize(shape, Image.Resampling.BILINEAR))
    return shrunk, scale


def inner_point(mask: np.ndarray) -> tuple[float, float]:
    """(x, y) of the pixel farthest from the mask's border: where people click."""
    padded = np.pad(mask.astype(np.uint8), 1)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(int(distance.argmax()), distance.shape)
    return float(x), float(y)


def bounds(mask: np.ndarray) -> tuple[float, float, float, float]:
    """x0, y0, x1, y1 (edges) of the mask's pixels."""
    ys, xs = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
    return float(xs[0]), float(ys[0]), float(xs[-1] + 1), float(ys[-1] + 1)
