"""Reads the segmentation pack (segdet320, see README) and cuts training pictures and prompts from it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

SETS = ("coco", "bsds500", "pets", "pennfudan")
LEAST_PIXELS = 150


@dataclass(frozen=True)
class LabelledPhoto:
    """rgb (H, W, 3) uint8; label maps (H, W) of one or several annotators, 0 = background or unlabelled."""

    rgb: np.ndarray
    maps: tuple[np.ndarray, ...]
    source: str


def read_labelled_photos(packs: Path, split: str) -> list[LabelledPhoto]:
    """Every photo of the split ("train" or "val") that has a label map."""
    with np.load(packs / "segdet320.npz", allow_pickle=False) as pack:
        photos, photo_at = pack["iblob"], pack["ioff"]
        maps, map_at = pack["mblob"], pack["moff"]
        of_photo, sets = pack["mask_img"], pack["img_set"]
        rows = np.flatnonzero(pack["img_split"] == (split == "val"))
        found = []
        for row in rows:
            own = [np.asarray(_open(maps, map_at, i)).astype(np.int32) for i in np.flatnonzero(of_photo == row)]
            if own:
                rgb = np.asarray(_open(photos, photo_at, row).convert("RGB"))
                found.append(LabelledPhoto(rgb, tuple(own), SETS[sets[row]]))
    return found


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
