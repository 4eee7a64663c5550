"""How is an entry of a zip that bzip2 or LZMA packed unpacked no further than is wanted?

Python's zipfile bounds what it unpacks for deflate alone: of the others it unpacks a whole piece at once, and some
hundred bytes can be as many megabytes.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zipfile
import zlib
from typing import IO, Protocol

UNBOUNDED = (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
PIECE = 65_536
MOST_DICTIONARY = 64 << 20  # bytes that an LZMA header may ask for; packers use up to 64 MB
LOCAL_HEADER = 30


class Decompressor(Protocol):
    """Of the modules bz2 and lzma."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """The first `most` bytes of the entry. Errors: zipfile.BadZipFile, OSError, EOFError, lzma.LZMAError."""
    file = archive.fp
    if file is None:
        raise ValueError("expected an open archive")
    left = _at_content(file, info)
    if info.compress_type == zipfile.ZIP_LZMA:
        head = file.read(9)
        left -= len(head)
        unpacker: Decompressor = _lzma(head)
    else:
        unpacker = bz2.BZ2Decompressor()
    found = bytearray()
    while len(found) < most and not unpacker.eof:
        piece = file.read(max(0, min(PIECE, left))) if unpacker.needs_input else b""
        left -= len(piece)
        if unpacker.needs_input and not piece:
            break
        found += unpacker.decompress(piece, most - len(found))
    whole = len(found) < most
    if whole and (len(found) != info.file_size or zlib.crc32(found) != info.CRC):
        raise zipfile.BadZipFile("the entry is not what its checksum says")
    return bytes(found)


def _at_content(file: IO[bytes], info: zipfile.ZipInfo) -> int:
    """Moves to the packed bytes; how many they are."""
    file.seek(info.header_offset)
    head = file.read(LOCAL_HEADER)
    if len(head) < LOCAL_HEADER or head[:4] != b"PK\3\4":
        raise zipfile.BadZipFile("the entry has no header")
    name, extra = struct.unpack_from("<HH", head, 26)
    file.seek(name + extra, 1)
    return info.compress_size


def _lzma(head: bytes) -> lzma.LZMADecompressor:
    """By the entry's own head: two bytes of version, two of size, then LZMA's five properties."""
    if len(head) < 9 or head[2:4] != b"\5\0":
        raise zipfile.BadZipFile("the entry has no LZMA properties")
    (dictionary,) = struct.unpack_from("<I", head, 5)
    packed, lc = divmod(head[4], 9)
    pb, lp = divmod(packed, 5)
    if dictionary > MOST_DICTIONARY or pb > 4:
        raise zipfile.BadZipFile("the entry asks for too large a dictionary")
    made = {"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[made])
