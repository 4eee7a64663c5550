"""Which pixels of a file are the mask: bright ones, or opaque ones where the shape lies in the transparency."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from vizcore.metrics.masks import mask_of_file

INSIDE = np.zeros((40, 60), bool)
INSIDE[10:30, 20:50] = True
Grey = NDArray[np.uint8]


def png(pixels: NDArray[Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(stream, "PNG", **options)
    return stream.getvalue()


def with_alpha(grey: NDArray[Any] | int, alpha: NDArray[Any]) -> bytes:
    plane = np.broadcast_to(np.asarray(grey, np.uint8), INSIDE.shape)
    return png(np.stack([plane, plane, plane, np.asarray(alpha, np.uint8)], axis=-1))


NOISE = np.random.default_rng(0).integers(0, 256, INSIDE.shape)
SHAPE = np.where(INSIDE, 255, 0)
FILES: dict[str, tuple[bytes, list[str]]] = {
    "white on black": (png(SHAPE), []),
    "1 and 0": (png(INSIDE), []),
    "white on transparent": (with_alpha(255, SHAPE), ["mask_from_alpha"]),
    "black on transparent": (with_alpha(0, SHAPE), ["mask_from_alpha"]),
    "grey on transparent": (with_alpha(90, SHAPE), ["mask_from_alpha"]),
    "a cut-out": (with_alpha(NOISE, SHAPE), ["mask_from_alpha"]),
    "soft edges": (with_alpha(255, np.where(INSIDE, 200, 60)), ["mask_from_alpha"]),
    "white and black on transparent": (
        with_alpha(SHAPE, np.where(np.indices(INSIDE.shape)[1] < 55, 255, 0)),
        ["mask_bright_and_opaque"],
    ),
    "alpha of nothing": (with_alpha(SHAPE, np.zeros(INSIDE.shape)), ["transparency_ignored"]),
    "alpha of everything": (with_alpha(SHAPE, np.full(INSIDE.shape, 255)), []),
}


@pytest.mark.parametrize("name", FILES)
def test_the_same_mask_in_every_dress(name: str) -> None:
    data, codes = FILES[name]
    found = mask_of_file(data, "mask.png")
    np.testing.assert_array_equal(found.mask, INSIDE)
    assert [note.code for note in found.notes] == codes


def test_a_mask_in_a_palette_with_a_transparent_colour() -> None:
    image = Image.fromarray(INSIDE.astype(np.uint8)).convert("P")
    image.putpalette([255, 255, 255, 255, 255, 255])
    stream = io.BytesIO()
    image.save(stream, "PNG", transparency=0)
    np.testing.assert_array_equal(mask_of_file(stream.getvalue()).mask, INSIDE)


def test_a_turned_picture_turns_its_alpha() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = np.stack([np.full(INSIDE.shape, 255)] * 3 + [SHAPE], axis=-1)
    found = mask_of_file(png(pixels, exif=exif.tobytes()))
    np.testing.assert_array_equal(found.mask, np.rot90(INSIDE, -1))


def test_a_photo_taken_for_a_mask_is_said() -> None:
    found = mask_of_file(png(NOISE))
    (note,) = found.notes
    assert (note.code, note.values["levels"]) == ("mask_of_many_values", len(np.unique(NOISE)))
