"""Pictures leave re-encoded: the right kind, the right size, nothing of the uploaded file in them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.images.files import corners, encode, exif
from vizcore.images import open_photo
from vizcore.pictures import display_jpeg, encode_jpeg, encode_png, shrunk, thumbnail_jpeg


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_a_png_says_what_it_shows_and_keeps_its_pixels() -> None:
    picture = opened(encode_png(corners(), "châtaigne · cnn-mini"))
    assert picture.info["Description"] == "châtaigne · cnn-mini"
    assert np.array_equal(np.asarray(picture), corners())
    assert "Description" not in opened(encode_png(corners())).info


def test_jpeg_is_near_and_png_exact() -> None:
    assert np.array_equal(np.asarray(opened(encode_png(corners()))), corners())
    assert np.abs(np.asarray(opened(encode_jpeg(corners(), 95))).astype(int) - corners()).mean() < 4
    assert opened(encode_jpeg(corners())).format == "JPEG"


@pytest.mark.parametrize(
    "pixels",
    [
        np.eye(5, 7, dtype=bool),
        np.arange(35, dtype=np.uint8).reshape(5, 7),
        np.arange(140, dtype=np.uint8).reshape(5, 7, 4),
        corners()[::2, ::-2],
    ],
    ids=["mask", "grey", "rgba", "strided"],
)
def test_png_gives_back_what_it_got(pixels: np.ndarray) -> None:
    assert np.array_equal(np.asarray(opened(encode_png(pixels))), pixels)


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 4, 3)), np.zeros((4, 4, 2), np.uint8), np.zeros((0, 4), np.uint8), np.zeros(4, np.uint8)]
)
def test_other_arrays_are_our_mistake(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected uint8 or bool pixels"):
        encode_png(pixels)


@pytest.mark.parametrize(
    ("size", "side", "expected"),
    [
        ((64, 48), 32, (32, 24)),
        ((64, 48), 64, (64, 48)),
        ((64, 48), 1024, (64, 48)),
        ((3, 900), 160, (1, 160)),
        ((2048, 1024), 1024, (1024, 512)),
    ],
)
def test_shrunk_fits_and_never_enlarges(size: tuple[int, int], side: int, expected: tuple[int, int]) -> None:
    width, height = size
    assert shrunk(np.zeros((height, width, 3), np.uint8), side).shape == (expected[1], expected[0], 3)


def test_display_and_thumbnail_sizes() -> None:
    photo = open_photo(encode(np.full((600, 2000, 3), 90, np.uint8), "PNG"))
    assert opened(display_jpeg(photo)).size == (1024, 307)
    assert opened(display_jpeg(photo, 500)).size == (500, 150)
    assert opened(thumbnail_jpeg(photo)).size == (160, 48)


def test_a_flat_colour_stays_that_colour() -> None:
    photo = open_photo(encode(np.full((600, 2000, 3), (200, 60, 20), np.uint8), "PNG"))
    assert np.abs(np.asarray(opened(thumbnail_jpeg(photo))).astype(int) - [200, 60, 20]).max() <= 3


def test_nothing_of_the_upload_leaves() -> None:
    data = encode(corners(), "JPEG", exif=exif(6, located=True), comment=b"CANARY COMMENT")
    assert b"CANARY" in data
    photo = open_photo(data)
    for out in (display_jpeg(photo), thumbnail_jpeg(photo), encode_png(photo.rgb)):
        assert b"CANARY" not in out
        assert b"Exif" not in out
        assert not opened(out).getexif()
