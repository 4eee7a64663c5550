"""Augmented training batches, cut by Pillow in background threads so that training and inference resize alike."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from training.packs import NaturalPhotos, Thumbnails

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Batch:
    """rgb (B, 3, S, S) uint8; the first `thumbnails` rows are thumbnails; rows index their own pack."""

    rgb: torch.Tensor
    thumbnails: int
    thumbnail_rows: np.ndarray
    photo_rows: np.ndarray


def random_crop(rgb: np.ndarray, size: int, least_area: float, rng: np.random.Generator) -> np.ndarray:
    """A random part (area least_area..1, aspect 3/4..4/3) of rgb (H, W, 3) as (size, size, 3); half are flipped."""
    height, width = rgb.shape[:2]
    area = width * height * rng.uniform(least_area, 1.0)
    aspect = np.exp(rng.uniform(np.log(3 / 4), np.log(4 / 3)))
    crop_w, crop_h = min(width, np.sqrt(area * aspect)), min(height, np.sqrt(area / aspect))
    left, top = rng.uniform(0, width - crop_w), rng.uniform(0, height - crop_h)
    box = (left, top, left + crop_w, top + crop_h)
    crop = Image.fromarray(rgb).resize((size, size), Image.Resampling.BILINEAR, box=box)
    pixels = np.asarray(crop)
    return pixels[:, ::-1] if rng.random() < 0.5 else pixels


class BatchMaker:
    """Endless augmented batches: `photo_share` of each are natural photos."""

    def __init__(
        self,
        thumbs: Thumbnails,
        photos: NaturalPhotos,
        *,
        size: int,
        batch: int,
        photo_share: float,
        least_area: float,
        seed: int,
    ) -> None:
        self._thumbs, self._photos = thumbs, photos
        self.size, self.least_area = size, least_area
        self._photo_count = round(batch * photo_share)
        self._thumb_count = batch - self._photo_count
        self._rng = np.random.default_rng(seed)

    def _make(self, seed: int) -> Batch:
        rng, size, least_area = np.random.default_rng(seed), self.size, self.least_area  # both may change meanwhile
        thumb_rows = rng.integers(len(self._thumbs.label), size=self._thumb_count)
        photo_rows = rng.integers(len(self._photos.label), size=self._photo_count)
        crops = [random_crop(self._thumbs.rgb[i], size, least_area, rng) for i in thumb_rows]
        crops += [random_crop(self._photos.rgb[i], size, least_area, rng) for i in photo_rows]
        rgb = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2)
        return Batch(rgb, self._thumb_count, thumb_rows, photo_rows)

    def __iter__(self) -> Iterator[Batch]:
        with ThreadPoolExecutor(1) as pool:
            waiting: list[Future[Batch]] = [pool.submit(self._make, int(self._rng.integers(2**63))) for _ in range(3)]
            while True:
                batch = waiting.pop(0).result()
                waiting.append(pool.submit(self._make, int(self._rng.integers(2**63))))
                yield batch


def normalise(rgb: torch.Tensor) -> torch.Tensor:
    """uint8 (B, 3, S, S) -> float, ImageNet mean and deviation, channels last."""
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, DEVIATION))
    return ((rgb.float() / 255 - mean) / deviation).contiguous(memory_format=torch.channels_last)


def jitter_colours(pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Brightness and contrast of each normalised picture by up to 30 %."""
    gain = 1 + 0.3 * (2 * torch.rand(len(pixels), 1, 1, 1, generator=generator) - 1)
    shift = 0.3 * (2 * torch.rand(len(pixels), 1, 1, 1, generator=generator) - 1)
    return pixels * gain + shift


def paste_smaller(
    pixels: torch.Tensor, targets: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """ResizeMix (Qin et al. 2020): a shrunken neighbour is pasted in; targets (B, K) are mixed by area."""
    size = pixels.shape[-1]
    side = int(size * (0.3 + 0.4 * torch.rand(1, generator=generator).item()))
    left, top = (int(torch.randint(size - side + 1, (1,), generator=generator)) for _ in range(2))
    order = torch.randperm(len(pixels), generator=generator)
    small = torch.nn.functional.interpolate(pixels[order], size=(side, side), mode="bilinear", antialias=True)
    mixed = pixels.clone(memory_format=torch.channels_last)
    mixed[:, :, top : top + side, left : left + side] = small
    share = side * side / size**2
    return mixed, (1 - share) * targets + share * targets[order]
