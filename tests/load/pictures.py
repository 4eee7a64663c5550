"""Pictures that tell visitors apart: one colour each, a name each."""

from __future__ import annotations

import colorsys
import io

import numpy as np
from PIL import Image


def colour(number: int) -> tuple[int, int, int]:
    """Far from its neighbours' and from grey."""
    red, green, blue = colorsys.hsv_to_rgb((number * 0.61803) % 1.0, 0.9, 0.55 + 0.4 * (number % 3) / 2)
    return round(red * 255), round(green * 255), round(blue * 255)


def name(number: int) -> str:
    return f"visitor{number:03d}.png"


def png(number: int, side: int = 240) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((side, side + 60, 3), colour(number), np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def noise(megabytes: float, seed: int = 3) -> bytes:
    """A PNG of this size: noise does not compress."""
    side = int((megabytes * 1e6 / 3) ** 0.5)
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


def middle_of(data: bytes) -> tuple[int, int, int]:
    with Image.open(io.BytesIO(data)) as picture:
        red, green, blue = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
    return red, green, blue


def close(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """As close as JPEG keeps a plain colour."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 12
