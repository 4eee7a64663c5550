"""Faults before the recipe: the wrong pixels come out of the file. Pure functions (H, W, 3) -> (H', W', 3)."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from vizcore.preprocessing.steps import Pixels

GAMMA = 2.2
CUT_OUT = 0.46  # half axes of the ellipse that stands for an object with a transparent background, as shares
DECODED_QUALITY = 90  # of the JPEG that both decoders are given


def blue_first(rgb: Pixels) -> Pixels:
    """The channels in OpenCV's order."""
    return np.ascontiguousarray(rgb[..., ::-1])


def lying_on_its_side(rgb: Pixels) -> Pixels:
    """As a camera held upright stores it (EXIF orientation 6): a quarter turn against the clock."""
    return np.ascontiguousarray(np.rot90(rgb))


def grey(rgb: Pixels) -> Pixels:
    """Luma (ITU-R 601, as Pillow's "L") in all three channels."""
    return np.repeat(np.asarray(Image.fromarray(rgb).convert("L"))[..., None], 3, axis=2)


def cut_out_on(rgb: Pixels, background: int) -> Pixels:
    """What is outside a central ellipse replaced by one grey level, as transparency is when it is laid on it."""
    height, width = rgb.shape[:2]
    down = (np.arange(height) + 0.5) / height - 0.5
    across = (np.arange(width) + 0.5) / width - 0.5
    inside = (down[:, None] ** 2 + across[None, :] ** 2) <= CUT_OUT**2
    return np.where(inside[..., None], rgb, np.uint8(background))


def cut_out_on_white(rgb: Pixels) -> Pixels:
    """The right answer to transparency."""
    return cut_out_on(rgb, 255)


def cut_out_on_black(rgb: Pixels) -> Pixels:
    """What is left when alpha is simply dropped."""
    return cut_out_on(rgb, 0)


def gamma(rgb: Pixels) -> Pixels:
    """sRGB taken for linear light once too often: value ** 2.2, which darkens the middle tones."""
    table = np.rint(255 * (np.arange(256) / 255) ** GAMMA).astype(np.uint8)
    return table[rgb]


def jpeg(rgb: Pixels, quality: int) -> Pixels:
    """Saved as JPEG (4:2:0) and opened again."""
    return np.asarray(Image.open(io.BytesIO(jpeg_bytes(rgb, quality))).convert("RGB"))


def jpeg_bytes(rgb: Pixels, quality: int) -> bytes:
    """The file that `jpeg` opens again."""
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "JPEG", quality=quality, subsampling=2)
    return stream.getvalue()


def decoded_by_pillow(rgb: Pixels) -> Pixels:
    """The photo as a JPEG of quality 90, decoded by Pillow."""
    return jpeg(rgb, DECODED_QUALITY)


def decoded_by_opencv(rgb: Pixels) -> Pixels:
    """The same file decoded by OpenCV, its channels put in the right order."""
    import cv2

    data = np.frombuffer(jpeg_bytes(rgb, DECODED_QUALITY), np.uint8)
    decoded = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])


def low_byte_of_12_bits(rgb: Pixels) -> Pixels:
    """The photo as 12-bit values in a 16-bit file, cut to 8 bits by `astype(uint8)`: the upper bits are lost."""
    deep = np.rint(rgb.astype(np.float64) / 255 * 4095).astype(np.uint16)
    return (deep & 0xFF).astype(np.uint8)
