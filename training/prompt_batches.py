"""Batches for the promptable segmenter: pictures at 256 px, some objects of each, and prompts for them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from training.segmentation_packs import SETS, LabelledPhoto, bounds, fit, inner_point, object_ids
from vizcore.zoo.bundled.mini_sam import GRID, INPUT_SIZE

SHARES = {"coco": 0.4, "bsds500": 0.35, "pets": 0.15, "pennfudan": 0.1}  # of each batch
TARGET_SIZE = 4 * GRID


@dataclass(frozen=True)
class PromptBatch:
    """rgb (B, 3, 256, 256) uint8; for every picture P objects: targets (B, P, 64, 64) in [0, 1],
    points (B, P, 1, 2) and boxes (B, P, 4) in input pixels."""

    rgb: torch.Tensor
    targets: torch.Tensor
    points: torch.Tensor
    boxes: torch.Tensor


class PromptBatchMaker:
    """Endless batches of `pictures` photos with `prompts` objects each (one object may be asked for several times)."""

    def __init__(self, photos: list[LabelledPhoto], *, pictures: int, prompts: int, seed: int) -> None:
        self._by_set = {name: [p for p in photos if p.source == name] for name in SETS}
        self._pictures, self._prompts = pictures, prompts
        self._rng = np.random.default_rng(seed)

    def __iter__(self) -> Iterator[PromptBatch]:
        with ThreadPoolExecutor(1) as pool:
            waiting = [pool.submit(self._make, int(self._rng.integers(2**63))) for _ in range(3)]
            while True:
                batch = waiting.pop(0).result()
                waiting.append(pool.submit(self._make, int(self._rng.integers(2**63))))
                yield batch

    def _make(self, seed: int) -> PromptBatch:
        rng = np.random.default_rng(seed)
        rows = []
        while len(rows) < self._pictures:
            source = str(rng.choice(list(SHARES), p=list(SHARES.values())))
            photo = self._by_set[source][rng.integers(len(self._by_set[source]))]
            row = self._cut(photo, rng)
            if row is not None:
                rows.append(row)
        rgb, targets, points, boxes = (torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True))
        return PromptBatch(rgb.permute(0, 3, 1, 2), targets, points, boxes)

    def _cut(self, photo: LabelledPhoto, rng: np.random.Generator) -> tuple[np.ndarray, ...] | None:
        """One random crop with its objects; None when the crop holds none."""
        rgb, labels = _random_part(photo.rgb, photo.maps[rng.integers(len(photo.maps))], rng)
        shrunk, _ = fit(rgb, INPUT_SIZE)
        height, width = shrunk.shape[:2]
        labels = cv2.resize(labels.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST).astype(int)
        ids = object_ids(labels)
        if not len(ids):
            return None
        picture = np.zeros((INPUT_SIZE, INPUT_SIZE, 3), np.uint8)
        picture[:height, :width] = shrunk
        targets, points, boxes = [], [], []
        for chosen in rng.choice(ids, self._prompts, replace=len(ids) < self._prompts):
            mask = labels == chosen
            if photo.source == "bsds500" and len(ids) > 2 and rng.random() < 0.3:
                mask = mask | (labels == _neighbour(labels, mask, ids, rng))
            full = np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32)
            full[:height, :width] = mask
            targets.append(cv2.resize(full, (TARGET_SIZE, TARGET_SIZE), interpolation=cv2.INTER_AREA))
            points.append([_some_point(mask, rng)])
            boxes.append(_loose(bounds(mask), width, height, rng))
        return picture, np.stack(targets), np.array(points, np.float32), np.array(boxes, np.float32)


def _random_part(rgb: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    height, width = labels.shape
    share = rng.uniform(0.65, 1.0, 2) if rng.random() < 0.6 else np.ones(2)
    h, w = int(height * share[0]), int(width * share[1])
    top, left = rng.integers(height - h + 1), rng.integers(width - w + 1)
    rgb, labels = rgb[top : top + h, left : left + w], labels[top : top + h, left : left + w]
    if rng.random() < 0.5:
        rgb, labels = rgb[:, ::-1], labels[:, ::-1]
    return np.ascontiguousarray(rgb), np.ascontiguousarray(labels)


def _neighbour(labels: np.ndarray, mask: np.ndarray, ids: np.ndarray, rng: np.random.Generator) -> int:
    """An id that touches the mask; -1 where there is none."""
    ring = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~mask
    near = np.intersect1d(np.unique(labels[ring]), ids)
    return int(rng.choice(near)) if len(near) else -1


def _some_point(mask: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    if rng.random() < 0.4:
        return inner_point(mask)
    ys, xs = np.nonzero(mask)
    at = rng.integers(len(xs))
    return float(xs[at]), float(ys[at])


def _loose(box: tuple[float, ...], width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """The box as a detector gives it (a third: exact) or a person: edges off by a tenth of the side, at most 20 px."""
    x0, y0, x1, y1 = box
    if rng.random() < 1 / 3:
        return np.array(box)
    off = np.clip(rng.normal(0, 0.05, 4), -0.1, 0.1) * np.array([x1 - x0, y1 - y0] * 2)
    moved = np.array(box) + np.clip(off, -20, 20)
    return np.clip(moved, 0, [width, height, width, height])
