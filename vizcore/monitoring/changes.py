"""What would the same photos look like after a change of the world? For trying a drift test on one set alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageFilter

from vizcore.i18n import N_
from vizcore.photo import Photo
from vizcore.preprocessing.variants.photo_faults import grey, jpeg


def _darker(rgb: np.ndarray, amount: float) -> np.ndarray:
    return np.asarray((rgb * (1 - amount)).round(), np.uint8)


def _blurrier(rgb: np.ndarray, amount: float) -> np.ndarray:
    radius = 0.05 * amount * max(rgb.shape[:2])
    return np.asarray(Image.fromarray(rgb).filter(ImageFilter.GaussianBlur(radius)))


def _other_camera(rgb: np.ndarray, amount: float) -> np.ndarray:
    """A warmer white balance, a steeper tone curve and stronger compression."""
    values = rgb / 255.0
    toned = values ** (1 + 0.5 * amount)
    balanced = np.clip(toned * np.array([1 + 0.3 * amount, 1.0, 1 - 0.4 * amount]), 0, 1)
    return jpeg(np.asarray((255 * balanced).round(), np.uint8), max(10, round(90 - 70 * amount)))


def _smaller(rgb: np.ndarray, amount: float) -> np.ndarray:
    size = (max(8, round(rgb.shape[1] * (1 - 0.8 * amount))), max(8, round(rgb.shape[0] * (1 - 0.8 * amount))))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR))


def _greyer(rgb: np.ndarray, amount: float) -> np.ndarray:
    return np.asarray((rgb * (1 - amount) + grey(rgb) * amount).round(), np.uint8)


Change = Callable[[np.ndarray, float], np.ndarray]
CHANGES: dict[str, tuple[str, Change]] = {
    "none": (N_("Nothing"), lambda rgb, amount: rgb),
    "darker": (N_("Darker"), _darker),
    "blurrier": (N_("Blurrier"), _blurrier),
    "camera": (N_("Another camera"), _other_camera),
    "smaller": (N_("Smaller"), _smaller),
    "greyer": (N_("Greyer"), _greyer),
}


def changed(photos: Sequence[Photo], name: str, amount: float) -> tuple[Photo, ...]:
    """Every photo after the change. amount in [0, 1]; 0 leaves the pixels as they are."""
    if not 0 <= amount <= 1:
        raise ValueError(f"expected an amount in [0, 1], got {amount}")
    if amount == 0 or name == "none":
        return tuple(photos)
    return tuple(Photo(np.ascontiguousarray(CHANGES[name][1](photo.rgb, amount)), photo.name) for photo in photos)
