"""What do run lengths cost beside pycocotools' and beside packed bits? Measured with `segmentation`."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from pycocotools import mask as coco
from scipy.ndimage import gaussian_filter

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.segmentation.rle import encode, iou_matrix

MASKS, SIZE_HW = 20, (720, 1280)


def run_lengths() -> Iterator[Measurement]:
    """20 masks of 720p: encoding from either layout in memory, and all IoUs."""
    masks = blobs()
    stack = np.asfortranarray(np.stack(masks, axis=-1).view(np.uint8))
    columns = list(np.moveaxis(stack.view(bool), -1, 0))  # the very bytes that the peer reads, each column by column
    yield compare(
        "segmentation.rle.column_major",
        lambda: [encode(mask) for mask in columns],
        lambda: coco.encode(stack),
        rounds=25,
        target=0.2,
        equal=lambda ours, theirs: [each.text for each in ours] == [each["counts"].decode() for each in theirs],
        peer_name="pycocotools.encode",
    )
    yield compare(
        "segmentation.rle.from_bool",
        lambda: [encode(mask) for mask in masks],
        lambda: coco.encode(np.asfortranarray(np.stack(masks, axis=-1).astype(np.uint8))),
        rounds=15,
        target=0.85,
        peer_name="pycocotools.encode",
    )
    rles = [encode(mask) for mask in masks]
    yield compare(
        "segmentation.rle.iou_matrix",
        lambda: iou_matrix(rles, rles),
        lambda: packed_iou(masks),
        rounds=15,
        target=0.05,
        equal=lambda ours, theirs: bool(np.allclose(ours, theirs)),
        peer_name="numpy, bits packed and counted",
    )


def packed_iou(masks: list[np.ndarray]) -> np.ndarray:
    """All IoUs from the bool masks by packing their pixels into 64-bit words and counting bits."""
    words = np.stack([np.packbits(mask.reshape(-1)) for mask in masks]).view(np.uint64)
    areas = np.bitwise_count(words).sum(1)
    shared = np.stack([np.bitwise_count(each & words).sum(1) for each in words])
    return shared / (areas[:, None] + areas[None] - shared)


def blobs() -> list[np.ndarray]:
    """Masks of a fifth of a picture or less, with the smooth, wavy borders of cut-out things."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[: SIZE_HW[0], : SIZE_HW[1]]
    masks = []
    for _ in range(MASKS):
        wave = cv2.resize(
            gaussian_filter(rng.normal(size=(45, 80)), 3) * 4, SIZE_HW[::-1], interpolation=cv2.INTER_CUBIC
        )
        radius = rng.uniform(50, 220)
        disc = (y - rng.uniform(120, 600)) ** 2 + (x - rng.uniform(160, 1120)) ** 2 < radius**2 * (1 + wave)
        masks.append(np.asarray(disc))
    return masks
