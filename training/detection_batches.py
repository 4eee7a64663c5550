"""Augmented training pictures for the detectors: random views, 2 x 2 mosaics and pasted cut-outs, made by Pillow."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from training.detection_packs import BoxedPhoto, CutOut, Pools

GREY = 114
SIZE = 320
SHARES = {  # how often each pool is drawn
    "street": 0.42,
    "human_coco": 0.08,
    "coco_b": 0.06,
    "human_pets": 0.07,
    "human_pennfudan": 0.05,
    "pets": 0.21,
    "people": 0.05,
    "nothing": 0.06,
}
ALONE = ("street", "human_pets", "human_pennfudan")  # label few classes: their mosaics hold their own photos only
MOSAICS, PASTED = 0.3, 0.15  # shares of the pictures
LEAST_VISIBLE, LEAST_SIDE = 0.3, 4.0
MOST_COVERED = 0.6


Picture = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # rgb (S, S, 3), boxes (n, 4), classes (n,), known (C,)


def keep_visible(before: np.ndarray, classes: np.ndarray, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Boxes clipped to width x height; those that lose more than 70 % of their area or become tiny are dropped."""
    after = before.copy()
    after[:, 0::2] = after[:, 0::2].clip(0, width)
    after[:, 1::2] = after[:, 1::2].clip(0, height)
    sides, old = after[:, 2:] - after[:, :2], before[:, 2:] - before[:, :2]
    kept = (sides.prod(1) >= LEAST_VISIBLE * old.prod(1)) & (sides.min(1, initial=np.inf) >= LEAST_SIDE)
    return after[kept], classes[kept]


def view(
    photo: BoxedPhoto, width: int, height: int, zoom: tuple[float, float], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The photo on a grey (height, width) canvas at a random place, `zoom` times the size that would just fit.

    A zoomed photo larger than the canvas is cropped. Returns rgb, boxes and classes.
    """
    rows, columns = photo.rgb.shape[:2]
    scale = min(width / columns, height / rows) * np.exp(rng.uniform(*np.log(zoom)))
    stretch = np.exp(rng.uniform(-0.12, 0.12))
    scale_x, scale_y = scale * stretch, scale / stretch
    left = rng.uniform(min(0, width - columns * scale_x), max(0, width - columns * scale_x))
    top = rng.uniform(min(0, height - rows * scale_y), max(0, height - rows * scale_y))
    x0, y0 = round(max(0, left)), round(max(0, top))
    x1 = max(x0 + 1, round(min(width, left + columns * scale_x)))
    y1 = max(y0 + 1, round(min(height, top + rows * scale_y)))
    source = ((x0 - left) / scale_x, (y0 - top) / scale_y, (x1 - left) / scale_x, (y1 - top) / scale_y)
    limits = (columns, rows, columns, rows)
    source = tuple(float(min(max(v, 0), limit)) for v, limit in zip(source, limits, strict=True))
    canvas = np.full((height, width, 3), GREY, np.uint8)
    if source[2] - source[0] >= 1 and source[3] - source[1] >= 1:
        part = Image.fromarray(photo.rgb).resize((x1 - x0, y1 - y0), Image.Resampling.BILINEAR, box=source)
        canvas[y0:y1, x0:x1] = np.asarray(part)
    boxes = photo.boxes * np.array([scale_x, scale_y] * 2, np.float32) + np.array([left, top] * 2, np.float32)
    return canvas, *keep_visible(boxes.astype(np.float32), photo.classes, width, height)


def paste(
    canvas: np.ndarray, boxes: np.ndarray, classes: np.ndarray, cut: CutOut, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draws the cut-out into canvas (in place) at a random size and place; boxes that it hides are dropped."""
    size = canvas.shape[0]
    scale = min(size * np.exp(rng.uniform(np.log(0.15), np.log(0.65))) / max(cut.alpha.shape), 1.6)
    height, width = (max(4, round(side * scale)) for side in cut.alpha.shape)
    if height >= size or width >= size:
        return boxes, classes
    flip = slice(None, None, -1 if rng.random() < 0.5 else 1)
    rgb = np.asarray(Image.fromarray(cut.rgb).resize((width, height), Image.Resampling.BILINEAR))[:, flip]
    alpha = np.asarray(Image.fromarray(cut.alpha).resize((width, height), Image.Resampling.BILINEAR))[:, flip, None]
    left, top = int(rng.integers(size - width)), int(rng.integers(size - height))
    place = canvas[top : top + height, left : left + width]
    place[:] = (place * (1 - alpha / 255) + rgb * (alpha / 255)).astype(np.uint8)
    new = np.array([[left, top, left + width, top + height]], np.float32)
    overlap = np.clip(np.minimum(boxes[:, 2:], new[:, 2:]) - np.maximum(boxes[:, :2], new[:, :2]), 0, None).prod(1)
    kept = overlap <= MOST_COVERED * (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return np.concatenate([boxes[kept], new]), np.concatenate([classes[kept], [cut.class_id]])


class Pictures:
    """Random training pictures of `SIZE` px; the same seed makes the same picture."""

    def __init__(self, pools: Pools, cut_outs: list[CutOut]) -> None:
        self._pools, self._cut_outs = pools, cut_outs
        self._names = [name for name in SHARES if pools.get(name)]

    def _draw(self, names: list[str], rng: np.random.Generator) -> tuple[str, BoxedPhoto]:
        shares = np.array([SHARES[name] for name in names])
        name = names[rng.choice(len(names), p=shares / shares.sum())]
        return name, self._pools[name][int(rng.integers(len(self._pools[name])))]

    def _mosaic(self, rng: np.random.Generator) -> Picture:
        name, photo = self._draw(self._names, rng)
        company = [name] if name in ALONE else [each for each in self._names if each not in ALONE]
        middle = [round(SIZE * rng.uniform(0.35, 0.65)) for _ in range(2)]
        canvas = np.empty((SIZE, SIZE, 3), np.uint8)
        boxes, classes, known = [], [], photo.known
        for x0, x1 in ((0, middle[0]), (middle[0], SIZE)):
            for y0, y1 in ((0, middle[1]), (middle[1], SIZE)):
                part, b, c = view(photo, x1 - x0, y1 - y0, (0.9, 2.0), rng)
                canvas[y0:y1, x0:x1] = part
                boxes.append(b + np.array([x0, y0, x0, y0], np.float32))
                classes.append(c)
                known = known & photo.known
                _, photo = self._draw(company, rng)
        return canvas, np.concatenate(boxes), np.concatenate(classes), known

    def make(self, seed: int) -> Picture:
        """One picture; a class with a box on it always counts as known."""
        rng = np.random.default_rng(seed)
        if rng.random() < MOSAICS:
            rgb, boxes, classes, known = self._mosaic(rng)
        else:
            _, photo = self._draw(self._names, rng)
            rgb, boxes, classes = view(photo, SIZE, SIZE, (0.55, 1.5), rng)
            known = photo.known
        if self._cut_outs and rng.random() < PASTED:
            cut = self._cut_outs[int(rng.integers(len(self._cut_outs)))]
            boxes, classes = paste(rgb, boxes, classes, cut, rng)
        if rng.random() < 0.5:
            rgb, boxes = rgb[:, ::-1], boxes.copy()
            boxes[:, [0, 2]] = SIZE - boxes[:, [2, 0]]
        known = known.copy()
        known[classes] = True
        return rgb, boxes.astype(np.float32), classes.astype(np.int64), known


def jittered(rgb: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """uint8 (B, 3, S, S) -> 0..1 with random brightness, contrast and saturation, channels last."""
    pixels = rgb.float() / 255

    def around(centre: float, spread: float) -> torch.Tensor:
        return centre + spread * (2 * torch.rand(len(rgb), 1, 1, 1, generator=generator) - 1)

    grey = pixels.mean(1, keepdim=True)
    pixels = grey + (pixels - grey) * around(0.9, 0.6)
    pixels = (pixels - 0.5) * around(1.0, 0.3) + around(0.5, 0.15)
    return pixels.clamp(0, 1).contiguous(memory_format=torch.channels_last)
