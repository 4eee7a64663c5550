"""Which of the accepted formats is this? Decided by the first bytes, never by the name."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from vizcore.errors import HeicUnavailable, ImageEmpty, NotAnImage

SMALLEST_FILE = 16
BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}
TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
AVIF_BRANDS = {b"avif", b"avis"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}


@dataclass(frozen=True)
class Format:
    """One accepted format: its name, its usual extensions, how to tell it and how to read its header.

    The decoder classes are called directly: `PIL.Image.open` would try formats we do not accept, and other libraries
    replace it for the whole process.
    """

    name: str
    extensions: frozenset[str]
    fits: Callable[[bytes], bool]
    read_header: Callable[[io.BytesIO], ImageFile.ImageFile]


def recognise(data: bytes) -> Format:
    """The format of these bytes. ImageEmpty, or NotAnImage with the names of the accepted formats."""
    if len(data) < SMALLEST_FILE:
        raise ImageEmpty()
    found = next((each for each in FORMATS if each.fits(data)), None)
    if found is None:
        raise NotAnImage(accepted=list(ACCEPTED))
    return found


def _is_bmp(data: bytes) -> bool:
    return data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in BMP_HEADER_SIZES


def _brands(data: bytes) -> set[bytes]:
    """The major and compatible brands of an ISO media file; empty for anything else."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12]} | {data[start : start + 4] for start in range(16, end, 4)}


def _is_avif(data: bytes) -> bool:
    return bool(AVIF_BRANDS & _brands(data))


def _is_heic(data: bytes) -> bool:
    return data[8:12] in HEIC_BRANDS and bool(_brands(data))


def _read_heic(stream: io.BytesIO) -> ImageFile.ImageFile:
    try:
        from pillow_heif import HeifImageFile
    except ImportError:
        raise HeicUnavailable() from None
    untyped: Any = HeifImageFile
    return cast(ImageFile.ImageFile, untyped(stream, ""))


def _format(
    name: str, extensions: str, fits: Callable[[bytes], bool], reader: Callable[..., ImageFile.ImageFile]
) -> Format:
    return Format(name, frozenset(extensions.split()), fits, lambda stream: reader(stream, ""))


FORMATS = (
    _format(
        "JPEG", "jpg jpeg jpe jfif mpo", lambda data: data.startswith(b"\xff\xd8\xff"), JpegImagePlugin.jpeg_factory
    ),
    _format("PNG", "png apng", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), PngImagePlugin.PngImageFile),
    _format("WebP", "webp", lambda data: data[:4] + data[8:12] == b"RIFFWEBP", WebPImagePlugin.WebPImageFile),
    _format("GIF", "gif", lambda data: data[:6] in {b"GIF87a", b"GIF89a"}, GifImagePlugin.GifImageFile),
    _format("BMP", "bmp dib", _is_bmp, BmpImagePlugin.BmpImageFile),
    _format("TIFF", "tif tiff", lambda data: data[:4] in TIFF_STARTS, TiffImagePlugin.TiffImageFile),
    _format("AVIF", "avif avifs", _is_avif, AvifImagePlugin.AvifImageFile),
    Format("HEIC", frozenset({"heic", "heif", "hif"}), _is_heic, _read_heic),
)
ACCEPTED = tuple(each.name for each in FORMATS)
