"""Batches for the promptable segmenter: cached views (`segmenter_views`), some objects of each, and prompts for them.

A click has up to three truths, by size: the region that is asked for and those of the photo's other label maps that it
falls into (another annotator's, the garment and the person), each at most once; sometimes the region together with one
that touches it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from training.feature_cache import CachedMaps
from training.segmentation_packs import bounds, inner_point
from vizcore.zoo.bundled.lite_sam import FINER, GRID, INPUT_SIZE, STRIDES

TARGET_SIZE = FINER * GRID
MOST_TRUTHS = 3
ALIKE = 0.8  # IoU from which two truths are one
JOINED = 0.25  # of the clicks with a single truth: its union with a neighbour is one more

# The frozen trunk's maps (1, C, h, w), or none; pixels (1, 3, 416, 416) in -1..1; label maps (416, 416).
View = tuple[list[torch.Tensor], torch.Tensor, list[np.ndarray]]


@dataclass(frozen=True)
class PromptBatch:
    """maps of B views as the trunk gives them (none where it is trained too), pixels (B, 3, 416, 416) in -1..1.

    For every view P objects, in order: truths (B * P, 3, 104, 104) in [0, 1] by size, of which `counts` (B * P,) are
    there, number `asked` (B * P,) is asked for; points (B * P, 1, 2) and boxes (B * P, 4) of the asked one, in input
    pixels.
    """

    maps: list[torch.Tensor]
    pixels: torch.Tensor
    truths: torch.Tensor
    counts: torch.Tensor
    asked: torch.Tensor
    points: torch.Tensor
    boxes: torch.Tensor

    def targets(self) -> torch.Tensor:
        """(B * P, 104, 104): what is asked for."""
        return self.truths[torch.arange(len(self.truths)), self.asked]


class CachedViews:
    """The files that `segmenter_views` has finished so far, read as one list of views."""

    def __init__(self, folder: Path) -> None:
        self._files = [self._open(folder, file.stem[-2:]) for file in sorted(folder.glob("labels_*.npz"))]

    @staticmethod
    def _open(folder: Path, number: str) -> tuple[CachedMaps, np.ndarray, dict[str, np.ndarray]]:
        maps = CachedMaps(folder / f"maps_{number}.npy", STRIDES)
        pixels = np.load(folder / f"pixels_{number}.npy", mmap_mode="r", allow_pickle=False)
        return maps, pixels, dict(np.load(folder / f"labels_{number}.npz", allow_pickle=False))

    def __len__(self) -> int:
        return sum(len(maps) for maps, _, _ in self._files)

    def __getitem__(self, number: int) -> View:
        for maps, pixels, labels in self._files:
            if number < len(maps):
                rows = np.flatnonzero(labels["view"] == number)
                blobs = [labels["blob"][labels["off"][row] : labels["off"][row + 1]] for row in rows]
                rgb = torch.from_numpy(np.array(pixels[number])).permute(2, 0, 1)[None].float()
                read = [np.asarray(cv2.imdecode(blob, cv2.IMREAD_GRAYSCALE)) for blob in blobs]
                return maps.maps(slice(number, number + 1)), rgb / 127.5 - 1, read
            number -= len(maps)
        raise IndexError(number)


def cached_views(folder: Path, seed: int) -> Iterator[View]:
    """Endless: every view once, then again with the files that were finished in the meantime."""
    rng = np.random.default_rng(seed)
    while True:
        views = CachedViews(folder)
        for number in rng.permutation(len(views)):
            yield views[int(number)]


class PromptBatchMaker:
    """Endless batches of `pictures` views with `prompts` objects each (one object may be asked for several times)."""

    def __init__(self, views: Iterator[View], *, pictures: int, prompts: int, seed: int) -> None:
        self._views, self._pictures, self._prompts = views, pictures, prompts
        self._rng = np.random.default_rng(seed)

    def __iter__(self) -> Iterator[PromptBatch]:
        while True:
            yield self._batch(list(itertools.islice(self._views, self._pictures)))

    def _batch(self, views: list[View]) -> PromptBatch:
        asked = [ask(labels, self._rng) for _, _, labels in views for _ in range(self._prompts)]
        truths, numbers, points, boxes = (list(column) for column in zip(*asked, strict=True))
        stacked = np.zeros((len(asked), MOST_TRUTHS, TARGET_SIZE, TARGET_SIZE), np.float32)
        for row, masks in enumerate(truths):
            for place, mask in enumerate(masks):
                stacked[row, place] = cv2.resize(
                    mask.astype(np.float32), (TARGET_SIZE, TARGET_SIZE), interpolation=cv2.INTER_AREA
                )
        return PromptBatch(
            [torch.cat(parts) for parts in zip(*(view[0] for view in views), strict=True)],
            torch.cat([view[1] for view in views]),
            torch.from_numpy(stacked),
            torch.tensor([len(masks) for masks in truths]),
            torch.tensor(numbers),
            torch.tensor(points, dtype=torch.float32)[:, None],
            torch.from_numpy(np.stack(boxes)).float(),
        )


def ask(maps: list[np.ndarray], rng: np.random.Generator) -> tuple[list[np.ndarray], int, tuple[float, float], object]:
    """Truths by size, the asked one's place among them, a click in it and a box around it, of one view."""
    shares = np.sqrt([each.max() for each in maps])
    own = maps[rng.choice(len(maps), p=shares / shares.sum())]
    wanted = own == rng.integers(1, own.max() + 1)
    click = some_point(wanted, rng)
    x, y = int(click[0]), int(click[1])
    others = [each == each[y, x] for each in maps if each is not own and each[y, x]]
    truths = distinct([wanted, *others])
    if len(truths) == 1 and rng.random() < JOINED:
        truths = distinct([wanted, *joined(own, wanted, rng)])
    truths = at_most_three(sorted(truths, key=lambda mask: int(mask.sum())), wanted)
    place = next(i for i, mask in enumerate(truths) if mask is wanted)
    return truths, place, click, loose(bounds(wanted), wanted, rng)


def distinct(masks: list[np.ndarray]) -> list[np.ndarray]:
    """The masks without those that are much like an earlier one."""
    kept: list[np.ndarray] = []
    for mask in masks:
        if all((mask & other).sum() < ALIKE * (mask | other).sum() for other in kept):
            kept.append(mask)
    return kept


def at_most_three(by_size: list[np.ndarray], wanted: np.ndarray) -> list[np.ndarray]:
    """The smallest, the largest, and between them the wanted one, or where that is an end the median."""
    if len(by_size) <= MOST_TRUTHS:
        return by_size
    inner = [mask for mask in by_size[1:-1] if mask is wanted]
    return [by_size[0], inner[0] if inner else by_size[len(by_size) // 2], by_size[-1]]


def joined(labels: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """The mask together with one region that touches it; nothing where there is none."""
    ring = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~mask
    near = np.setdiff1d(np.unique(labels[ring]), [0])
    return [mask | (labels == rng.choice(near))] if len(near) else []


def some_point(mask: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    if rng.random() < 0.4:
        return inner_point(mask)
    ys, xs = np.nonzero(mask)
    at = rng.integers(len(xs))
    return float(xs[at]), float(ys[at])


def loose(box: tuple[float, ...], mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The box as a detector gives it (a third: exact) or a person: edges off by a tenth of the side, at most 20 px."""
    x0, y0, x1, y1 = box
    if rng.random() < 1 / 3:
        return np.array(box)
    off = np.clip(rng.normal(0, 0.05, 4), -0.1, 0.1) * np.array([x1 - x0, y1 - y0] * 2)
    return np.clip(np.array(box) + np.clip(off, -20, 20), 0, INPUT_SIZE)
