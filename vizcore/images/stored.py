"""Which numbers does a picture store? Greys of 8 or 16 bits before any scaling, or the places in its palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.images.tiff import SIGNED, TiffKind

LOSSLESS = {"PNG", "BMP", "GIF", "TIFF"}
LOSSY_TIFF = {6, 7, 34676, 34677, 50001}  # JPEG, SGI's logarithms, WebP
SPREAD = {2: 85, 4: 17}  # Pillow spreads greys of 2 and 4 bits over 0 to 255
UNSIGNED = 1
LARGEST = 65_535

Values = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class StoredNumbers:
    """values: (H, W), uint8 or uint16. of_palette: they are places in a palette of colours, and 0 is its black."""

    values: Values
    of_palette: bool = False


def stored_numbers(image: Image.Image, format_name: str, bits: int, tiff: TiffKind | None) -> StoredNumbers | None:
    """Of a decoded picture; None where a number means a colour or a fraction, or where a lossy format rounded it.

    A palette counts by its greys where it has no colours, by its places where it has some and begins with black (VOC,
    DAVIS and their like), and not at all otherwise: the order of such a palette says nothing.
    """
    if format_name not in LOSSLESS or (tiff is not None and not _plain(tiff)):
        return None
    if image.mode == "P":
        return _of_palette(image)
    if image.mode.startswith("I"):
        return _of_words(np.asarray(image))
    if image.mode in {"RGB", "RGBA"} and bits <= 8:
        return _of_equal_channels(image)
    if image.mode in {"1", "L", "LA"} and bits <= 8:
        grey = image.getchannel("L") if image.mode == "LA" else image
        return StoredNumbers(np.asarray(grey).astype(np.uint8) // np.uint8(SPREAD.get(bits, 1)))
    return None


def _plain(tiff: TiffKind) -> bool:
    """Whether numbers are stored as they are meant: whole (Pillow misreads signed bytes), exact, and 0 for black."""
    inverted = tiff.white_is_zero and tiff.samples == 1
    whole = tiff.sample_format == UNSIGNED or (tiff.sample_format == SIGNED and tiff.bits > 8)
    return whole and tiff.compression not in LOSSY_TIFF and not inverted


def _of_palette(image: Image.Image) -> StoredNumbers | None:
    colours = np.zeros((256, 3), np.uint8)
    given = np.array(image.getpalette("RGB") or [], np.uint8).reshape(-1, 3)
    colours[: len(given)] = given
    used = colours[np.flatnonzero(image.histogram()[:256])]
    places = np.asarray(image)
    if (used == used[:, :1]).all():
        return StoredNumbers(colours[:, 0][places])
    return None if colours[0].any() else StoredNumbers(places, of_palette=True)


def _of_words(values: NDArray[Any]) -> StoredNumbers | None:
    """Words of 16 and 32 bits, unless a number does not fit into 16."""
    low, high = int(values.min()), int(values.max())
    return StoredNumbers(values.astype(np.uint16)) if low >= 0 and high <= LARGEST else None


def _of_equal_channels(image: Image.Image) -> StoredNumbers | None:
    red, green, blue = (np.asarray(image.getchannel(each)) for each in "RGB")
    same = np.array_equal(red, green) and np.array_equal(red, blue)
    return StoredNumbers(red) if same else None
