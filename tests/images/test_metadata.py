"""Pictures come in upright, and where they were taken stays behind."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from PIL import Image

from tests.images.files import corners, encode, exif, png_chunk
from vizcore.images import open_photo, open_preview
from vizcore.images.metadata import TURNS
from vizcore.photo import Note, Photo

EXIF_KINDS = ("JPEG", "PNG", "WebP", "AVIF", "TIFF")
UNDO = {**TURNS, 6: TURNS[8], 8: TURNS[6]}


def stored_turned(orientation: int, kind: str) -> bytes:
    """A file whose pixels are stored so that its orientation tag brings them back upright."""
    image = Image.fromarray(corners())
    if orientation != 1:
        image = image.transpose(UNDO[orientation])
    if kind == "TIFF":
        return encode(image, kind, tiffinfo={274: orientation})
    return encode(image, kind, exif=exif(orientation))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", EXIF_KINDS)
def test_all_orientations_come_out_upright(kind: str, orientation: int) -> None:
    photo = open_photo(stored_turned(orientation, kind))
    assert photo.rgb.shape == corners().shape
    assert np.abs(photo.rgb.astype(int) - corners()).mean() < 3
    turned = (Note("turned_upright", {"orientation": orientation}),) if orientation != 1 else ()
    assert tuple(each for each in photo.notes if each.code == "turned_upright") == turned
    preview = open_preview(stored_turned(orientation, kind), 64)
    assert np.abs(preview.astype(int) - corners()).mean() < 3


@pytest.mark.parametrize("kind", ["PNG", "WebP", "TIFF"])
def test_the_eight_orientations_give_identical_arrays(kind: str) -> None:
    assert len({open_photo(stored_turned(orientation, kind)).sha256 for orientation in range(1, 9)}) == 1


@pytest.mark.parametrize("orientation", range(2, 9))
def test_heic_does_not_turn_twice(orientation: int) -> None:
    """The container holds the turn and its decoder applies it; the EXIF tag beside it says the same again."""
    turned = Image.fromarray(corners()).transpose(UNDO[orientation])
    photo = open_photo(encode(turned, "HEIC", exif=exif(orientation)))
    assert np.abs(photo.rgb.astype(int) - corners()).mean() < 3


def test_an_orientation_out_of_range_is_ignored() -> None:
    photo = open_photo(encode(corners(), "PNG", exif=exif(9)))
    assert np.array_equal(photo.rgb, corners())
    assert photo.notes == ()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "AVIF", "HEIC"])
def test_location_stays_behind_and_is_told(kind: str) -> None:
    data = encode(corners(), kind, exif=exif(located=True))
    assert b"CANARY" in data
    photo = open_photo(data)
    assert photo.notes == (Note("location_removed"),)
    assert b"CANARY" not in pickle.dumps(photo)


def test_location_in_a_tiff() -> None:
    tags = Image.Exif()
    tags.load(exif(located=True))
    assert Note("location_removed") in open_photo(encode(corners(), "TIFF", exif=tags)).notes


def test_location_in_xmp() -> None:
    xmp = b"<x:xmpmeta><rdf:Description exif:GPSLatitude='52,31.2N'/></x:xmpmeta>"
    assert open_photo(encode(corners(), "WebP", xmp=xmp)).notes == (Note("location_removed"),)
    png = encode(corners(), "PNG")
    text = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
    assert open_photo(png[:33] + text + png[33:]).notes == (Note("location_removed"),)


def test_no_location_no_note() -> None:
    assert open_photo(encode(corners(), "PNG", exif=exif())).notes == ()


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("block", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0garbage!", b"Exif\0\0"])
def test_damaged_exif_never_stops_a_picture(block: bytes) -> None:
    photo = open_photo(encode(corners(), "JPEG", exif=block))
    assert isinstance(photo, Photo)
    assert {each.code for each in photo.notes} <= {"metadata_ignored"}
