"""Which corruptions are there, and how strong is each severity? Adding one is adding a row."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.robustness.corruptions import blur, digital, noise, weather

Group = Literal["noise", "blur", "weather", "digital"]
SEVERITIES = (1, 2, 3, 4, 5)
REFERENCE_SIDE = 224


@dataclass(frozen=True)
class Corruption:
    """apply(x, strength, scale, random); strengths: one for each severity."""

    group: Group
    apply: Callable[[NDArray[np.float64], Any, float, np.random.Generator], NDArray[np.float64]]
    strengths: tuple[Any, Any, Any, Any, Any]


SNOW = (
    (0.1, 0.3, 3, 0.5, 10, 4, 0.8),
    (0.2, 0.3, 2, 0.5, 12, 4, 0.7),
    (0.55, 0.3, 4, 0.9, 12, 8, 0.7),
    (0.55, 0.3, 4.5, 0.85, 12, 8, 0.65),
    (0.55, 0.3, 2.5, 0.85, 12, 12, 0.55),
)
GLASS = ((0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2))
DEFOCUS = ((3, 0.1), (4, 0.5), (6, 0.5), (8, 0.5), (10, 0.5))
MOTION = ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15))
ZOOM = ((1.11, 0.01), (1.16, 0.01), (1.21, 0.02), (1.26, 0.02), (1.31, 0.03))
FROST = ((1, 0.4), (0.8, 0.6), (0.7, 0.7), (0.65, 0.7), (0.6, 0.75))
FOG = ((1.5, 2), (2.0, 2), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4))

CORRUPTIONS: dict[str, Corruption] = {
    "gaussian-noise": Corruption("noise", noise.gaussian_noise, (0.08, 0.12, 0.18, 0.26, 0.38)),
    "shot-noise": Corruption("noise", noise.shot_noise, (60, 25, 12, 5, 3)),
    "impulse-noise": Corruption("noise", noise.impulse_noise, (0.03, 0.06, 0.09, 0.17, 0.27)),
    "defocus-blur": Corruption("blur", blur.defocus_blur, DEFOCUS),
    "glass-blur": Corruption("blur", blur.glass_blur, GLASS),
    "motion-blur": Corruption("blur", blur.motion_blur, MOTION),
    "zoom-blur": Corruption("blur", blur.zoom_blur, ZOOM),
    "snow": Corruption("weather", weather.snow, SNOW),
    "frost": Corruption("weather", weather.frost, FROST),
    "fog": Corruption("weather", weather.fog, FOG),
    "brightness": Corruption("weather", weather.brightness, (0.1, 0.2, 0.3, 0.4, 0.5)),
    "contrast": Corruption("digital", digital.contrast, (0.4, 0.3, 0.2, 0.1, 0.05)),
    "elastic": Corruption("digital", digital.elastic, (12.5, 16.25, 21.25, 25.0, 30.0)),
    "pixelate": Corruption("digital", digital.pixelate, (0.6, 0.5, 0.4, 0.3, 0.25)),
    "jpeg": Corruption("digital", digital.jpeg_compression, (25, 18, 15, 10, 7)),
}
GROUPS: dict[Group, tuple[str, ...]] = {
    group: tuple(name for name, row in CORRUPTIONS.items() if row.group == group)
    for group in ("noise", "blur", "weather", "digital")
}


def corrupt(rgb: NDArray[np.uint8], name: str, severity: int, seed: int = 0) -> NDArray[np.uint8]:
    """rgb (H, W, 3) uint8 -> the same shape; severity 1 to 5. Equal arguments give equal pixels on every machine."""
    if severity not in SEVERITIES:
        raise ValueError(f"expected a severity from 1 to 5, got {severity}")
    row = CORRUPTIONS[name]
    random = np.random.default_rng([seed, zlib.crc32(name.encode()), severity])
    scale = min(rgb.shape[:2]) / REFERENCE_SIDE
    changed = row.apply(rgb / 255, row.strengths[severity - 1], scale, random)
    return (changed * 255).round().clip(0, 255).astype(np.uint8)
