"""The picture files that the tests of intake open: made here, byte by byte where no library would write them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
LOSSLESS = ("PNG", "BMP", "TIFF", "WebP", "GIF")
LOSSY = ("JPEG", "AVIF", "HEIC")


def corners(width: int = 64, height: int = 48) -> Pixels:
    """Four different flat quarters (red, green / blue, white): any turn or flip shows, any lossy format keeps it."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[: height // 2, : width // 2] = 255, 0, 0
    rgb[: height // 2, width // 2 :] = 0, 255, 0
    rgb[height // 2 :, : width // 2] = 0, 0, 255
    rgb[height // 2 :, width // 2 :] = 255
    return rgb


def encode(picture: Pixels | Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file; `kind` is a name of vizcore.images.ACCEPTED."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    stream = io.BytesIO()
    if kind == "HEIC":
        import pillow_heif

        stack = pillow_heif.from_pillow(image)
        for frame in options.pop("append_images", []):
            stack.add_from_pillow(frame)
        stack.save(stream, **{"quality": 95, "chroma": 444, **options})
        return stream.getvalue()
    if kind == "JPEG":
        options = {"quality": 95, "subsampling": 0, **options}
    if kind == "WebP" and "quality" not in options:
        options["lossless"] = True
    if kind == "AVIF":
        options = {"quality": 95, "subsampling": "4:4:4", "speed": 10, **options}
    image.save(stream, kind, **options)
    return stream.getvalue()


def exif(orientation: int = 1, located: bool = False) -> bytes:
    """An EXIF block with an orientation, an author and, when located, a place."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x013B] = "CANARY AUTHOR"
    if located:
        tags.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return tags.tobytes()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *, bits: int = 8, colour: int = 2, rows: bytes = b"", before: bytes = b"") -> bytes:
    """A PNG with this header, whatever follows it; rows: filter bytes and samples, `before`: chunks before IDAT."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header)
    return start + before + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")


def png_of(samples: NDArray[np.uint16], before: bytes = b"") -> bytes:
    """(H, W) or (H, W, 3 or 4) uint16 -> a PNG of 16 bits a channel."""
    height, width = samples.shape[:2]
    channels = samples.shape[2] if samples.ndim == 3 else 1
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    return png(width, height, bits=16, colour={1: 0, 3: 2, 4: 6}[channels], rows=rows, before=before)


def tiff(samples: NDArray[Any], **options: Any) -> bytes:
    """Through tifffile, which writes every kind of TIFF."""
    import tifffile

    stream = io.BytesIO()
    tifffile.imwrite(stream, samples, **options)
    return stream.getvalue()


def with_jpeg_segments(data: bytes, marker: int, content: bytes = b"", times: int = 1) -> bytes:
    """The same JPEG with more segments behind its start."""
    segment = struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
    return data[:2] + segment * times + data[2:]


def with_gif_block(data: bytes, block: bytes) -> bytes:
    """The same GIF with more bytes before its first frame."""
    flags = data[10]
    start = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    return data[:start] + block + data[start:]


# Display P3 and sRGB primaries adapted to D50, as every such profile holds them (columns: red, green, blue).
P3_TO_XYZ = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
SRGB_TO_XYZ = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
GAMMA = 2.2


def icc_profile(primaries: NDArray[np.float64], name: str = "Test P3") -> bytes:
    """A minimal version 2 matrix profile with gamma 2.2 (ICC.1:2001-04, 6.3.1.2)."""

    def xyz(values: NDArray[np.float64]) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))

    text = name.encode() + b"\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(GAMMA * 256)) + b"\0\0"
    tags = {b"desc": description, b"wtpt": xyz(np.array([0.9642, 1.0, 0.8249]))}
    tags |= {kind: xyz(primaries[:, i]) for i, kind in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for kind, content in tags.items():
        padded = content + bytes(-len(content) % 4)
        table += kind + struct.pack(">II", start + len(body), len(content))
        body += padded
    rest = struct.pack(">I", len(tags)) + table + body
    head = struct.pack(">I4sI4s4s4s", 128 + len(rest), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + rest
