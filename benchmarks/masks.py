"""How much of supervision's time does it take to paint 20 masks over a photo of 1280 x 720?

Both are given bool masks and their boxes are known to supervision only; the picture is the same but for rounding.
"""

from __future__ import annotations

import cv2
import numpy as np
import supervision

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.figures.masks import FILL, layer_png, object_colour, painted
from vizcore.segmentation.segment import tight_box

WIDTH, HEIGHT, MASKS, ROUNDS, TARGET = 1280, 720, 20, 21, 0.2


def main() -> list[Measurement]:
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    masks = _blobs(rng)
    colours = [object_colour(place + 1) for place in range(MASKS)]
    palette = supervision.ColorPalette.from_hex(colours)
    annotator = supervision.MaskAnnotator(palette, opacity=FILL, color_lookup=supervision.ColorLookup.INDEX)
    boxes = np.array([tight_box(mask) for mask in masks], float)
    found = supervision.Detections(boxes, mask=masks, class_id=np.arange(MASKS))

    def theirs() -> np.ndarray:
        return annotator.annotate(rgb[..., ::-1].copy(), found)[..., ::-1]

    return [
        compare(
            "masks.painted",
            lambda: painted(rgb, list(masks), colours),
            theirs,
            rounds=ROUNDS,
            target=TARGET,
            equal=lambda mine, peer: bool(np.abs(mine.astype(int) - peer).mean() < 1.5),
            peer_name="supervision MaskAnnotator",
        ),
        compare(
            "masks.layer_png",
            lambda: layer_png(list(masks), colours, (WIDTH, HEIGHT)),
            theirs,
            rounds=ROUNDS,
            target=1.0,
            peer_name="supervision MaskAnnotator (without any encoding)",
        ),
    ]


def _blobs(rng: np.random.Generator) -> np.ndarray:
    """(20, 720, 1280) bool: rough discs apart from each other, a fifth of the picture wide."""
    masks = np.zeros((MASKS, HEIGHT, WIDTH), bool)
    for place, mask in enumerate(masks):
        centre = (128 + 256 * (place % 5), 90 + 180 * (place // 5))
        angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
        radii = rng.uniform(50, 85, 60)
        corners = np.stack([centre[0] + radii * np.cos(angles), centre[1] + radii * np.sin(angles)], 1)
        mask[:] = cv2.fillPoly(np.zeros((HEIGHT, WIDTH), np.uint8), [corners.astype(np.int32)], 1) > 0
    return masks
