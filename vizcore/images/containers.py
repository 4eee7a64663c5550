"""What does a file's structure say before any decoder sees it: size, frames, and pieces in numbers meant to stall us?

Pillow walks segments, chunks and blocks in Python, some microseconds each; 20 MB hold millions of empty ones.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from vizcore.errors import ImageDamaged, ImageUnsupported

MOST_FRAMES = 10_000
MOST_JPEG_STEPS = 10_000
MOST_PNG_CHUNKS = 20_000
MOST_TIFF_TAGS = 4_096  # of a page; Pillow reads each one, and pictures have some dozens
MOST_GIF_BLOCKS = 200_000
MOST_ISO_BOXES = 1_000
HONEST_SCANS = 32  # a progressive JPEG has about ten
MOST_SCANNED_PIXELS = 500_000_000  # each scan of a progressive JPEG visits every pixel
DECODABLE_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # baseline, extended, progressive; Huffman or arithmetic
FRAME_HEADERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Structure:
    """frames: at most MOST_FRAMES, None where the decoder knows. size: (width, height), None where the decoder tells it
    before it allocates. sound: the pixels that this size promises can be there.
    """

    frames: int | None = None
    size: tuple[int, int] | None = None
    sound: bool = True


def read_structure(name: str, data: bytes) -> Structure:
    """Of a file in the format `name`. ImageDamaged for floods of pieces, ImageUnsupported for rare kinds of JPEG."""
    walk = WALKS.get(name)
    return walk(data) if walk else Structure()


def _jpeg(data: bytes) -> Structure:
    """Walks the segments up to the first scan; refuses floods, kinds that cannot be decoded, and scan bombs."""
    position, frame = 2, JpegFrame()
    for _ in range(MOST_JPEG_STEPS):
        if position + 4 > len(data) or data[position : position + 2] == b"\xff\xda":
            break
        if data[position] == 0xFF and data[position + 1] in FRAME_HEADERS:
            frame = _jpeg_frame(data[position + 1], data[position + 4 : position + 9])
        position += _jpeg_step(data, position)
    else:
        raise ImageDamaged(format="JPEG")
    scans = data.count(b"\xff\xda", position)
    bomb = scans > HONEST_SCANS and scans * frame.width * frame.height > MOST_SCANNED_PIXELS
    cut = frame.least_bytes > len(data) - position  # the decoder would fill the rest with grey
    return Structure(size=(frame.width, frame.height), sound=not bomb and not cut)


@dataclass(frozen=True)
class JpegFrame:
    """What the frame header says."""

    marker: int = 0
    width: int = 0
    height: int = 0

    @property
    def least_bytes(self) -> int:
        """A sequential Huffman scan spends two bits at least on each block of 8 x 8: a DC code and an end of block."""
        blocks = -(-self.width // 8) * -(-self.height // 8)
        return blocks * 2 // 8 if self.marker in {0xC0, 0xC1} else 0


def _jpeg_step(data: bytes, position: int) -> int:
    """Bytes to the next place a decoder looks at: one for junk and fill, two for bare markers, else the segment."""
    marker = data[position + 1]
    if data[position] != 0xFF or marker == 0xFF:
        return 1
    if marker in {0x00, 0x01} or 0xD0 <= marker <= 0xD9:
        return 2
    return 2 + int.from_bytes(data[position + 2 : position + 4], "big")


def _jpeg_frame(marker: int, header: bytes) -> JpegFrame:
    """ImageUnsupported for lossless, hierarchical and 12-bit JPEG."""
    if marker not in DECODABLE_FRAMES:
        raise ImageUnsupported(format="JPEG", kind="lossless or hierarchical")
    if len(header) < 5:
        raise ImageDamaged(format="JPEG")
    bits, height, width = struct.unpack(">BHH", header)
    if bits != 8:
        raise ImageUnsupported(format="JPEG", kind=f"{bits}-bit")
    return JpegFrame(marker, width, height)


def _png(data: bytes) -> Structure:
    """Refuses floods of chunks."""
    position = 8
    for _ in range(MOST_PNG_CHUNKS):
        if position + 8 > len(data):
            return Structure()
        position += 12 + int.from_bytes(data[position : position + 4], "big")
    raise ImageDamaged(format="PNG")


def _webp(data: bytes) -> Structure:
    """The canvas, which the decoder would allocate before anybody could ask for its size."""
    head = data[:30].ljust(30, b"\0")
    kind = head[12:16]
    if kind == b"VP8X":
        return Structure(size=(1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")))
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Structure(size=(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)))
    width, height = struct.unpack_from("<HH", head, 26)
    return Structure(size=(width & 0x3FFF, height & 0x3FFF))


def _gif(data: bytes) -> Structure:
    """Counts the frames; the size is the screen's, or what the first frame needs if it reaches beyond."""
    width, height, flags = struct.unpack_from("<HHB", data.ljust(13, b"\0"), 6)
    position, frames, blocks = 13 + _colour_table(flags), 0, 0
    while position < len(data) and frames < MOST_FRAMES:
        kind = data[position]
        if kind == 0x2C and position + 10 <= len(data):
            frames += 1
            if frames == 1:
                left, top, wide, high = struct.unpack_from("<HHHH", data, position + 1)
                width, height = max(width, left + wide), max(height, top + high)
            position += 11 + _colour_table(data[position + 9])
        elif kind == 0x21:
            position += 2
        elif kind == 0x3B:
            break
        else:
            position += 1  # junk, which decoders skip
            blocks = _counted(blocks)
            continue
        position, blocks = _skip_blocks(data, position, blocks)
    return Structure(max(frames, 1), (width, height))


def _colour_table(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_blocks(data: bytes, position: int, blocks: int) -> tuple[int, int]:
    """Behind a chain of length-prefixed blocks, and the number of blocks so far; ImageDamaged for a flood of them."""
    while position < len(data) and data[position]:
        position += 1 + data[position]
        blocks = _counted(blocks)
    return position + 1, _counted(blocks)


def _counted(blocks: int) -> int:
    if blocks >= MOST_GIF_BLOCKS:
        raise ImageDamaged(format="GIF")
    return blocks + 1


def _tiff(data: bytes) -> Structure:
    """Counts the pages by following the chain of directories, which may loop."""
    order = "<" if data[:1] == b"I" else ">"
    big = data[2:4] in {b"+\0", b"\0+"}
    head, count, entry, link = ("Q", "Q", 20, 8) if big else ("I", "H", 12, 4)
    seen: set[int] = set()
    (position,) = struct.unpack_from(order + head, data.ljust(16, b"\0"), 8 if big else 4)
    while position and position not in seen and position + 8 <= len(data) and len(seen) < MOST_FRAMES:
        seen.add(position)
        (entries,) = struct.unpack_from(order + count, data, position)
        if entries > MOST_TIFF_TAGS:
            raise ImageDamaged(format="TIFF")
        end = position + struct.calcsize(order + count) + entries * entry
        position = int.from_bytes(data[end : end + link], "little" if order == "<" else "big")
    return Structure(max(len(seen), 1))


def _iso_media(data: bytes) -> Structure:
    """Walks the outermost boxes of HEIC and AVIF: a file that ends inside one of them is cut, whatever its decoder
    makes of the rest."""
    position = 0
    for _ in range(MOST_ISO_BOXES):
        if position + 8 > len(data):
            return Structure()
        size, head = int.from_bytes(data[position : position + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        elif size == 0:  # to the end of the file
            return Structure()
        if size < head or position + size > len(data):
            return Structure(sound=False)
        position += size
    raise ImageDamaged(format="HEIC")


WALKS = {"HEIC": _iso_media, "AVIF": _iso_media, "JPEG": _jpeg, "PNG": _png, "WebP": _webp, "GIF": _gif, "TIFF": _tiff}
