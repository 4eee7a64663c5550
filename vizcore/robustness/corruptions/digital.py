"""What storing and processing do to a picture. x (H, W, 3) float in [0, 1]."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from vizcore.robustness.corruptions.blur import gaussian
from vizcore.robustness.corruptions.noise import Floats, Random


def contrast(x: Floats, share: float, scale: float, random: Random) -> Floats:
    """Only this share of the distance from each channel's mean remains."""
    mean = x.mean(axis=(0, 1), keepdims=True)
    return np.asarray((x - mean) * share + mean)


def elastic(x: Floats, strength: float, scale: float, random: Random) -> Floats:
    """Stretched and squeezed: pixels come from places moved by a smooth random field."""
    height, width = x.shape[:2]
    reach = 0.005 * height * strength
    moved = [_smooth(random.uniform(-reach, reach, (height, width))) for _ in range(2)]
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    from_x, from_y = (across + moved[0]).astype(np.float32), (down + moved[1]).astype(np.float32)
    return np.asarray(cv2.remap(x, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT))


def pixelate(x: Floats, share: float, scale: float, random: Random) -> Floats:
    """Made smaller to this share by box means, and enlarged by repeating pixels."""
    height, width = x.shape[:2]
    small = (max(int(width * share), 1), max(int(height * share), 1))
    picture = _picture(x).resize(small, Image.Resampling.BOX).resize((width, height), Image.Resampling.NEAREST)
    return np.asarray(picture) / 255


def jpeg_compression(x: Floats, quality: int, scale: float, random: Random) -> Floats:
    """Saved as JPEG of this quality."""
    buffer = io.BytesIO()
    _picture(x).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer)) / 255


def _picture(x: Floats) -> Image.Image:
    return Image.fromarray((x * 255).round().clip(0, 255).astype(np.uint8))


def _smooth(field: Floats) -> Floats:
    """Blurred by a hundredth of the height."""
    return gaussian(field, max(0.01 * field.shape[0], 0.1))
