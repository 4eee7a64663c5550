"""The numbers that a picture stores: as they are, upright, and none where they are rounded or mean colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.images import files
from vizcore.errors import ImageTooLarge
from vizcore.images import open_with_numbers
from vizcore.settings import Settings

NUMBERS = np.zeros((12, 20), np.uint8)
NUMBERS[2:6, 3:9], NUMBERS[7:11, 12:18] = 1, 3
WORDS = NUMBERS.astype(np.uint16) * 700


def indexed(*colours: int, places: np.ndarray = NUMBERS) -> Image.Image:
    image = Image.fromarray(places)
    image.putpalette(colours)
    return image


def four_bits() -> bytes:
    rows = b"".join(b"\0" + bytes(row[::2] << 4 | row[1::2]) for row in NUMBERS)
    return files.png(20, 12, bits=4, colour=0, rows=rows)


COLOURS = (0, 0, 0, 64, 0, 0, 9, 9, 9, 0, 128, 0)
KEPT: dict[str, tuple[bytes, Any]] = {
    "grey": (files.encode(NUMBERS, "PNG"), NUMBERS),
    "4 bits": (four_bits(), NUMBERS),
    "16 bits": (files.png_of(WORDS), WORDS),
    "equal channels": (files.encode(np.dstack([NUMBERS] * 3), "PNG"), NUMBERS),
    "equal channels, opaque": (files.encode(np.dstack([*[NUMBERS] * 3, NUMBERS | 255]), "PNG"), NUMBERS),
    "palette": (files.encode(indexed(*COLOURS), "PNG"), NUMBERS),
    "palette of greys": (files.encode(indexed(9, 9, 9, 0, 0, 0, 1, 2, 3, 5, 5, 5), "PNG"), np.array([9, 0, 0, 5])),
    "BMP": (files.encode(indexed(*COLOURS), "BMP"), NUMBERS),
    "TIFF": (files.tiff(WORDS), WORDS),
    "TIFF of 32 bits": (files.tiff(NUMBERS.astype(np.int32)), NUMBERS),
}
NONE: dict[str, bytes] = {
    "JPEG": files.encode(NUMBERS, "JPEG"),
    "colours": files.encode(np.dstack([NUMBERS, NUMBERS, NUMBERS * 2]), "PNG"),
    "a palette that begins with a colour": files.encode(indexed(7, 0, 0, 0, 0, 0, 9, 9, 9, 1, 1, 1), "PNG"),
    "fractions": files.tiff(NUMBERS.astype(np.float32)),
    "signed": files.tiff(NUMBERS.astype(np.int8)),
    "negative": files.tiff(NUMBERS.astype(np.int32) - 1),
    "more than 16 bits": files.tiff(NUMBERS.astype(np.uint32) * 70_000),
    "white is zero": files.tiff(NUMBERS, photometric="miniswhite"),
}


@pytest.mark.parametrize("name", KEPT)
def test_numbers_come_as_they_are_stored(name: str) -> None:
    data, expected = KEPT[name]
    stored = open_with_numbers(data)[2]
    assert stored is not None
    np.testing.assert_array_equal(stored.values, expected[NUMBERS] if expected.ndim == 1 else expected)
    assert stored.of_palette is (name in {"palette", "BMP"})


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_number(name: str) -> None:
    assert open_with_numbers(NONE[name])[2] is None


def test_a_turned_picture_turns_its_numbers() -> None:
    photo, _, stored = open_with_numbers(files.encode(NUMBERS, "PNG", exif=files.exif(6)))
    np.testing.assert_array_equal(stored.values, np.rot90(NUMBERS, -1))
    np.testing.assert_array_equal(stored.values, photo.rgb[..., 0])


def test_the_gates_are_those_of_every_picture() -> None:
    with pytest.raises(ImageTooLarge):
        open_with_numbers(files.png_of(WORDS), settings=Settings(image_limit_mpx=0.0001))
