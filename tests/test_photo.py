"""Does a Photo keep its pixels as they were, and does its hash tell any two pictures apart?"""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from vizcore.photo import Note, Photo, pixels_sha256


def pixels(height: int = 2, width: int = 3) -> NDArray[np.uint8]:
    return np.arange(height * width * 3, dtype=np.uint8).reshape(height, width, 3)


def test_size_is_of_the_upright_picture() -> None:
    photo = Photo(pixels(2, 3), "a.png")
    assert (photo.height, photo.width) == (2, 3)


def test_hash_by_hand() -> None:
    expected = hashlib.sha256(b"2x3x3" + bytes(range(18))).hexdigest()
    assert Photo(pixels(), "a").sha256 == pixels_sha256(pixels()) == expected


def test_hash_ignores_name_notes_and_memory_layout() -> None:
    turned = np.ascontiguousarray(pixels().transpose(1, 0, 2)).transpose(1, 0, 2)
    assert not turned.flags.c_contiguous
    assert Photo(turned, "b", (Note("turned"),)).sha256 == Photo(pixels(), "a").sha256


def test_hash_sees_shape_and_a_single_pixel() -> None:
    large = np.zeros((1000, 1000, 3), np.uint8)
    changed = large.copy()
    changed[777, 333, 1] = 1
    hashes = {pixels_sha256(array) for array in (large, changed, large.reshape(500, 2000, 3))}
    assert len(hashes) == 3


def test_pixels_are_a_read_only_copy() -> None:
    source = pixels()
    photo = Photo(source, "a")
    source[0, 0, 0] = 99
    assert photo.rgb[0, 0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        photo.rgb[0, 0, 0] = 1


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2), np.uint8),
        np.zeros((2, 2, 4), np.uint8),
        np.zeros((2, 2, 3), np.float32),
        np.zeros((0, 2, 3), np.uint8),
    ],
    ids=["grey", "alpha", "float", "empty"],
)
def test_other_arrays_are_refused(array: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="expected uint8 pixels"):
        Photo(array, "a")
