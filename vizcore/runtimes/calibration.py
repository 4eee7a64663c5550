"""Which photos tell the quantiser how large activations become? Real ones, cut in many ways, always the same."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample

SMALLEST_CUT = 0.45  # side of a cut as a share of the photo's shorter side
LARGEST = 512


@lru_cache(maxsize=4)
def cut_photos(count: int, seed: int = 0) -> tuple[Photo, ...]:
    """`count` cuts of this machine's real samples: place, size and mirroring drawn from the seed.

    Cuts of one photo are no independent sample: good for ranges and for equality, not for accuracies.
    """
    rng = np.random.default_rng(seed)
    photos = [_small(load_sample(key).rgb) for key in SAMPLES]
    return tuple(_cut(photos[place % len(photos)], rng) for place in range(count)) if photos else ()


@lru_cache(maxsize=4)
def parity_photos(count: int, seed: int = 1) -> tuple[Photo, ...]:
    """`count` cuts, every fourth one darkened, every fourth blurred, every fourth small: each slice is asked."""
    return tuple(SPOILED[place % len(SPOILED)](cut) for place, cut in enumerate(cut_photos(count, seed)))


def _darkened(photo: Photo) -> Photo:
    return Photo((photo.rgb * 0.3).astype(np.uint8), "")


def _blurred(photo: Photo) -> Photo:
    return Photo(np.asarray(Image.fromarray(photo.rgb).filter(ImageFilter.GaussianBlur(max(photo.rgb.shape) / 60))), "")


def _shrunk(photo: Photo) -> Photo:
    return Photo(np.asarray(Image.fromarray(photo.rgb).resize((120, 120), Image.Resampling.BILINEAR)), "")


SPOILED = (lambda photo: photo, _darkened, _blurred, _shrunk)


def _cut(rgb: NDArray[np.uint8], rng: np.random.Generator) -> Photo:
    height, width = rgb.shape[:2]
    side = int(min(height, width) * rng.uniform(SMALLEST_CUT, 1.0))
    top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
    cut = rgb[top : top + side, left : left + side]
    return Photo(np.ascontiguousarray(cut[:, ::-1] if rng.random() < 0.5 else cut), "")


def _small(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    picture = Image.fromarray(rgb)
    picture.thumbnail((LARGEST, LARGEST), reducing_gap=2.0)
    return np.asarray(picture)


def as_pictures(model: Any, photos: Sequence[Photo]) -> list[NDArray[np.float32]]:
    """Photos through the model's own recipe: (3, H, W) float32 in [0, 1] each."""
    return [np.asarray(model.pixels([model.prepare(photo)])[0].cpu().numpy(), np.float32) for photo in photos]
