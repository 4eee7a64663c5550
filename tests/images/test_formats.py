"""Every accepted format opens by its content, everything else is refused by name."""

from __future__ import annotations

import pickle
import subprocess
import sys
import zipfile
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.images.files import LOSSLESS, LOSSY, corners, encode
from vizcore.errors import HeicUnavailable, ImageEmpty, NotAnImage
from vizcore.images import ACCEPTED, NOTE_CODES, open_photo
from vizcore.images.notes import note
from vizcore.photo import Note, Photo


def codes(photo: Photo) -> set[str]:
    return {each.code for each in photo.notes}


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_formats_give_the_exact_pixels(kind: str) -> None:
    photo = open_photo(encode(corners(), kind))
    assert np.array_equal(photo.rgb, corners())
    assert not photo.rgb.flags.writeable


@pytest.mark.parametrize("kind", LOSSY)
def test_lossy_formats_give_nearly_the_same_pixels(kind: str) -> None:
    photo = open_photo(encode(corners(), kind))
    assert photo.rgb.shape == corners().shape
    assert np.abs(photo.rgb.astype(int) - corners()).mean() < 3
    assert photo.notes == ()


def test_every_accepted_format_is_tested() -> None:
    assert set(LOSSLESS + LOSSY) == set(ACCEPTED)


def test_the_hash_is_that_of_the_pixels_whatever_the_file() -> None:
    hashes = {open_photo(encode(corners(), kind), f"{kind}.x").sha256 for kind in LOSSLESS}
    assert hashes == {Photo(corners(), "").sha256}
    assert open_photo(encode(corners(48, 64), "PNG")).sha256 not in hashes


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("cat.png", "PNG", None),
        ("cat.JPG", "JPEG", None),
        ("cat.jpeg", "JPEG", None),
        ("cat.tif", "TIFF", None),
        ("cat.heif", "HEIC", None),
        ("cat", "PNG", None),
        ("", "PNG", None),
        ("holiday 2026.08.14", "PNG", None),
        ("cat.jpg", "PNG", "jpg"),
        ("cat.exe", "PNG", "exe"),
        ("cat.webp", "GIF", "webp"),
        ("cat.heic", "JPEG", "heic"),
    ],
)
def test_the_name_decides_nothing_but_a_note(name: str, kind: str, told: str | None) -> None:
    notes = [each for each in open_photo(encode(corners(), kind), name).notes if each.code == "named_otherwise"]
    assert notes == ([Note("named_otherwise", {"extension": told, "format": kind})] if told else [])


def test_a_container_brand_does_not_hide_avif() -> None:
    data = encode(corners(), "AVIF")
    assert data[8:12] == b"avif"
    photo = open_photo(data[:8] + b"mif1" + data[12:], "cat.avif")
    assert photo.notes == ()


def _zip() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("cat.png", encode(corners(), "PNG"))
    return stream.getvalue()


REFUSED = {
    "svg": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
    "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n%%EOF\n",
    "html": b"<html><body><img src=x onerror=alert(1)></body></html>",
    "exe": b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" * 8,
    "pickle": pickle.dumps({"cat": list(range(20))}),
    "zip": _zip(),
    "text that starts like a bitmap": b"BMW is a maker of cars and motorcycles.",
    "ico": b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\x04\0\0\x16\0\0\0" + bytes(64),
    "psd": b"8BPS\0\1" + bytes(40),
    "mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(40),
    "zeros": bytes(1000),
    "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(40),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_files_are_no_pictures(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("expected no program to be started"))
    with pytest.raises(NotAnImage) as refused:
        open_photo(REFUSED[name], "cat.png")
    assert refused.value.values == {"accepted": list(ACCEPTED)}


@pytest.mark.parametrize("data", [b"", b"\x89PNG", b"GIF89a", b"\xff\xd8\xff\xe0"])
def test_too_few_bytes_are_empty(data: bytes) -> None:
    with pytest.raises(ImageEmpty):
        open_photo(data, "cat.png")


@pytest.mark.parametrize(
    "tail",
    [_zip(), b"<script>alert(1)</script>", b"%PDF-1.7", pickle.dumps(print)],
    ids=["zip", "script", "pdf", "pickle"],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WebP", "BMP", "TIFF"])
def test_what_follows_the_picture_is_left_behind(kind: str, tail: bytes) -> None:
    plain, polyglot = open_photo(encode(corners(), kind)), open_photo(encode(corners(), kind) + tail)
    assert polyglot.sha256 == plain.sha256


def test_heic_without_its_decoder_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    heic = encode(corners(), "HEIC")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(HeicUnavailable):
        open_photo(heic, "cat.heic")
    assert open_photo(encode(corners(), "PNG")).width == 64


def test_a_replaced_image_open_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`import ultralytics` puts its own function in the place of PIL.Image.open for the whole process."""

    def replaced(*_: Any, **__: Any) -> None:
        raise ModuleNotFoundError("No module named 'pi_heif'")

    monkeypatch.setattr(Image, "open", replaced)
    assert [open_photo(encode(corners(), kind)).width for kind in ACCEPTED] == [64] * len(ACCEPTED)
    with pytest.raises(NotAnImage):
        open_photo(REFUSED["eps"])


def test_notes_carry_the_values_that_the_table_says() -> None:
    assert note("first_frame", frames=3) == Note("first_frame", {"frames": 3})
    assert all(each.meaning for each in NOTE_CODES.values())
    with pytest.raises(ValueError, match="expected values"):
        note("first_frame", pages=3)
