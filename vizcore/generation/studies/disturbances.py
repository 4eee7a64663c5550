"""What happens to a picture between two screens: saved, resized, cropped, printed. uint8 in, uint8 out, same size."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from vizcore.generation.attacks.rounding import RgbArray

Disturb = Callable[[RgbArray, float, np.random.Generator], RgbArray]


def jpeg(rgb: RgbArray, quality: float, random: np.random.Generator) -> RgbArray:
    """Saved as JPEG of this quality (Pillow, 4:2:0) and opened again."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=int(quality))
    return np.asarray(Image.open(buffer).convert("RGB"))


def resized(rgb: RgbArray, share: float, random: np.random.Generator) -> RgbArray:
    """Made smaller to this share of its sides (bicubic) and enlarged again."""
    height, width = rgb.shape[:2]
    small = Image.fromarray(rgb).resize((max(round(width * share), 1), max(round(height * share), 1)))
    return np.asarray(small.resize((width, height)))


def blurred(rgb: RgbArray, sigma: float, random: np.random.Generator) -> RgbArray:
    """Gaussian blur of this standard deviation in pixels."""
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), sigma))


def cropped(rgb: RgbArray, share: float, random: np.random.Generator) -> RgbArray:
    """The central share of its sides, enlarged to the former size (bicubic)."""
    height, width = rgb.shape[:2]
    margin_x, margin_y = width * (1 - share) / 2, height * (1 - share) / 2
    box = (margin_x, margin_y, width - margin_x, height - margin_y)
    return np.asarray(Image.fromarray(rgb).resize((width, height), Image.Resampling.BICUBIC, box=box))


def noisy(rgb: RgbArray, deviation_255: float, random: np.random.Generator) -> RgbArray:
    """Gaussian noise of this standard deviation in grey levels."""
    return (rgb + random.normal(0, deviation_255, rgb.shape)).round().clip(0, 255).astype(np.uint8)


def gamma(rgb: RgbArray, exponent: float, random: np.random.Generator) -> RgbArray:
    """Values in [0, 1] to this power: above 1 darker, as many prints are."""
    return ((rgb / 255) ** exponent * 255).round().astype(np.uint8)


@dataclass(frozen=True)
class Disturbance:
    """strengths: from mild to harsh, in the unit of the function's second argument."""

    apply: Disturb
    strengths: tuple[float, ...]


DISTURBANCES: dict[str, Disturbance] = {
    "jpeg": Disturbance(jpeg, (95, 85, 75, 50, 30, 10)),
    "resize": Disturbance(resized, (0.9, 0.75, 0.5, 0.33)),
    "blur": Disturbance(blurred, (0.5, 1, 1.5, 2)),
    "crop": Disturbance(cropped, (0.98, 0.95, 0.9, 0.8)),
    "noise": Disturbance(noisy, (2, 4, 8, 16)),
    "gamma": Disturbance(gamma, (0.5, 0.7, 1.4, 2)),
}
