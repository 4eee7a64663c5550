"""Too large, too long, too many pieces: refused from the header alone, each within a second."""

from __future__ import annotations

import struct
import tracemalloc
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from tests.images.files import corners, encode, png, png_chunk, tiff, with_gif_block, with_jpeg_segments
from tests.time_bounds import within
from vizcore.errors import FileTooLarge, ImageDamaged, ImageSideTooLong, ImageTooLarge, ImageUnsupported, VizError
from vizcore.images import open_photo, open_preview
from vizcore.photo import Photo
from vizcore.settings import Settings

SECOND = 1.0
MEGABYTES = 1_000_000


def outcome(data: bytes) -> Photo | VizError:
    """The Photo or the VizError; fails when it took a second of processor time."""
    with within(SECOND):
        try:
            return open_photo(data, "x")
        except VizError as error:
            return error


def relabelled(data: bytes, at: int, kind: str, *values: int) -> bytes:
    """The same file with other numbers in its header."""
    changed = bytearray(data)
    struct.pack_into(kind, changed, at, *values)
    return bytes(changed)


def lying(kind: str, width: int, height: int) -> bytes:
    """A tiny file of this format whose header claims this size."""
    data = encode(corners(64, 64), kind)  # a multiple of the coding blocks: HEIC then needs no crop beside its size
    if kind == "PNG":
        return png(width, height)
    if kind == "JPEG":
        return relabelled(data, data.index(b"\xff\xc0") + 5, ">HH", height, width)
    if kind == "GIF":
        return relabelled(data, 6, "<HH", width, height)
    if kind == "BMP":
        return relabelled(data, 18, "<ii", width, height)
    if kind == "TIFF":
        at = {tag: data.index(struct.pack("<HHI", tag, kind, 1)) + 8 for tag, kind in ((256, 4), (257, 4))}
        return relabelled(relabelled(data, at[256], "<I", width), at[257], "<I", height)
    if kind == "WebP":
        canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        chunk = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas
        return b"RIFF" + struct.pack("<I", len(data) + 10) + b"WEBP" + chunk + data[12:]
    return relabelled(data, data.index(b"ispe") + 8, ">II", width, height)


KINDS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WebP", "AVIF", "HEIC")


@pytest.mark.parametrize("kind", KINDS)
def test_lying_headers_are_refused_before_decoding(kind: str) -> None:
    data = lying(kind, 12_000, 11_000)
    tracemalloc.start()
    try:
        error = outcome(data)
        assert tracemalloc.get_traced_memory()[1] < 20 * MEGABYTES
    finally:
        tracemalloc.stop()
    assert isinstance(error, ImageTooLarge)
    assert error.values == {"limit_mpx": 50.0, "actual_mpx": 132.0, "width": 12_000, "height": 11_000}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF"])
def test_headers_that_promise_more_than_the_file_holds(kind: str) -> None:
    """Within the limits, so that only the missing pixels give them away."""
    assert isinstance(outcome(lying(kind, 6_000, 6_000)), ImageDamaged)


def test_the_emptiest_jpeg_is_no_lie() -> None:
    photo = open_photo(encode(np.full((1000, 1000, 3), 255, np.uint8), "JPEG", quality=1, subsampling=2, optimize=True))
    assert photo.width == 1000


@pytest.mark.parametrize(("width", "height"), [(25_500, 25_500), (2**31 - 1, 2**31 - 1), (10_000, 10_000)])
def test_sizes_beyond_every_limit(width: int, height: int) -> None:
    error = outcome(png(width, height))
    assert isinstance(error, ImageTooLarge)
    assert (error.values["width"], error.values["height"]) == (width, height)


@pytest.mark.parametrize(("width", "height"), [(65_500, 1), (1, 65_500), (20_001, 2)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP"])
def test_long_strips_are_refused(kind: str, width: int, height: int) -> None:
    error = outcome(lying(kind, width, height))
    assert isinstance(error, ImageSideTooLong)
    assert error.values == {"limit": 20_000, "width": width, "height": height}


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 2), (1, 300), (20_000, 1)])
def test_small_and_thin_pictures_open(width: int, height: int) -> None:
    photo = open_photo(encode(np.full((height, width, 3), 7, np.uint8), "PNG"))
    assert (photo.width, photo.height) == (width, height)
    assert open_preview(encode(photo.rgb, "PNG"), 100).shape[2] == 3


def test_no_pixels_at_all() -> None:
    assert isinstance(outcome(png(0, 0)), ImageDamaged)
    assert isinstance(outcome(lying("GIF", 0, 0)), Photo)  # the frame says its own size


def test_a_gif_frame_beyond_its_screen() -> None:
    data = encode(corners(), "GIF")
    frame = data.index(b",")
    assert isinstance(outcome(relabelled(data, frame + 5, "<HH", 60_000, 60_000)), ImageTooLarge)


def test_limits_come_from_the_settings() -> None:
    data = encode(corners(), "PNG")  # 64 x 48
    assert open_photo(data, settings=Settings(image_limit_mpx=0.003072, image_side_limit=64)).width == 64
    with pytest.raises(ImageTooLarge):
        open_photo(data, settings=Settings(image_limit_mpx=0.003071))
    with pytest.raises(ImageSideTooLong):
        open_preview(data, settings=Settings(image_side_limit=63))


def test_a_size_just_over_the_limit_reads_so() -> None:
    with pytest.raises(ImageTooLarge) as refused:
        open_photo(png(10_001, 5_000))
    assert refused.value.values["actual_mpx"] == 50.1


def test_too_many_bytes() -> None:
    with pytest.raises(FileTooLarge) as refused:
        open_photo(encode(corners(), "PNG") + bytes(20 * MEGABYTES))
    assert refused.value.values == {"limit_mb": 20.0, "actual_mb": 20.1}


BOMB = zlib.compress(bytes(70 * MEGABYTES), 9)


def bombed_png(chunk: bytes, times: int = 1) -> bytes:
    return encode(corners(), "PNG")[:33] + chunk * times + encode(corners(), "PNG")[33:]


@pytest.mark.parametrize(
    "chunk",
    [
        png_chunk(b"zTXt", b"a\0\0" + BOMB),
        png_chunk(b"iTXt", b"a\0\1\0\0\0" + BOMB),
        png_chunk(b"iCCP", b"a\0\0" + BOMB),
    ],
    ids=["zTXt", "iTXt", "iCCP"],
)
def test_packed_text_and_profiles(chunk: bytes) -> None:
    assert isinstance(outcome(bombed_png(chunk)), Photo | ImageDamaged)


def progressive_bomb() -> bytes:
    """48 Mpx in 2000 scans of a few bytes."""
    small = encode(Image.new("L", (64, 64)), "JPEG", progressive=True)
    frame, scan = small.index(b"\xff\xc2"), small.rindex(b"\xff\xda")
    large = relabelled(small, frame + 5, ">HH", 6_000, 8_000)
    return large[:scan] + large[scan:-2] * 2_000 + b"\xff\xd9"


FLOODS: dict[str, Callable[[], bytes]] = {
    "jpeg comments": lambda: with_jpeg_segments(encode(corners(), "JPEG"), 0xFE, times=4_000_000),
    "jpeg fill": lambda: b"\xff\xd8" + b"\xff" * 19_000_000 + encode(corners(), "JPEG")[2:],
    "jpeg scans": progressive_bomb,
    "png chunks": lambda: bombed_png(png_chunk(b"teSt", b""), 1_500_000),
    "png text": lambda: bombed_png(png_chunk(b"tEXt", b"a\0b"), 1_000_000),
    "gif comments": lambda: with_gif_block(encode(corners(), "GIF"), b"!\xfe" + b"\x01a" * 9_000_000 + b"\0"),
    "gif extensions": lambda: with_gif_block(encode(corners(), "GIF"), b"!\xfe\0" * 6_000_000),
    "gif junk": lambda: with_gif_block(encode(corners(), "GIF"), b"\1" * 19_000_000),
}


@pytest.mark.parametrize("name", FLOODS)
def test_floods_of_tiny_pieces_are_refused(name: str) -> None:
    assert isinstance(outcome(FLOODS[name]()), ImageDamaged)


def test_countless_gif_frames_are_counted_up_to_a_bound() -> None:
    data = encode(corners(), "GIF")
    frame = data[data.index(b",") : -1]
    photo = outcome(data[:-1] + frame * 20_000)
    assert isinstance(photo, Photo)
    assert photo.notes[0].values == {"frames": 10_000}


def test_countless_tiff_pages_are_counted_up_to_a_bound() -> None:
    """Behind the first page 20,000 empty directories, each with a link to the next."""
    data = bytearray(tiff(corners(), metadata=None))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    start = len(data)
    struct.pack_into("<I", data, first + 2 + 12 * entries, start)
    pages = b"".join(struct.pack("<HI2x", 0, start + 8 * (i + 1)) for i in range(20_000))
    photo = outcome(bytes(data) + pages)
    assert isinstance(photo, Photo)
    assert photo.notes[0].values == {"frames": 10_000}


def test_a_loop_of_tiff_pages_ends() -> None:
    data = bytearray(tiff(corners(), metadata=None))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + 12 * entries, first)
    photo = outcome(bytes(data))
    assert isinstance(photo, Photo)
    assert photo.notes == ()


@pytest.mark.parametrize(("marker", "bits", "kind"), [(0xC3, 8, "lossless or hierarchical"), (0xC1, 12, "12-bit")])
def test_rare_kinds_of_jpeg_are_named(marker: int, bits: int, kind: str) -> None:
    data = encode(corners(), "JPEG")
    at = data.index(b"\xff\xc0")
    error = outcome(relabelled(data, at, ">BBHB", 0xFF, marker, 17, bits))
    assert isinstance(error, ImageUnsupported)
    assert error.values == {"format": "JPEG", "kind": kind}
