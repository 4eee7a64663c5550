"""Which files does a zip hold? Nothing is ever written to disk, and nothing is read beyond its limits."""

from __future__ import annotations

import contextlib
import io
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from vizcore.errors import EntryRefused, GalleryTooLarge, NotAnArchive
from vizcore.errors.pictures import EntryReason
from vizcore.settings import current
from vizcore.similarity.gallery import (
    HEAD_BYTES,
    PICTURES_LIMIT,
    SHORTER_SIDE,
    Entry,
    Gallery,
    Progress,
    read_entries,
    unwatched,
)
from vizcore.similarity.unpacking import UNBOUNDED, unpacked

ARCHIVE_LIMIT_MB = 200
DIRECTORY_LIMIT = 4_000_000  # bytes of the list of files: tens of thousands of them
END_OF_DIRECTORY, ZIP64_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
ZIP64_RECORD = b"PK\x06\x06"
UNPACKING_FAILS = (  # what the four ways of packing raise at damaged bytes; LZMA's may also ask for any memory
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, OSError, EOFError, ValueError,
    MemoryError,
)  # fmt: skip
DRIVE = re.compile("[A-Za-z]:")  # where a path begins that leaves the archive on Windows
ENCRYPTED, MARKED_UTF8 = 0x1, 0x800
IN_LARGE_RECORD = 0xFFFFFFFF  # in place of a number that only the larger record holds


def read_zip(
    data: bytes, progress: Progress = unwatched, *, most: int = PICTURES_LIMIT, shorter_side: int = SHORTER_SIDE
) -> Gallery:
    """The gallery in a zip's bytes. Errors: those of `opened_zip` and `read_entries`."""
    with opened_zip(data) as entries:
        return read_entries(entries, progress, most=most, shorter_side=shorter_side)


@contextlib.contextmanager
def opened_zip(data: bytes) -> Iterator[list[Entry]]:
    """The files in a zip's bytes, to be read as long as it is open. Errors: NotAnArchive, GalleryTooLarge.

    Entries whose paths climb out of the archive, links and encrypted files are refused one by one.
    """
    if len(data) > ARCHIVE_LIMIT_MB * 1_000_000:
        raise GalleryTooLarge(reason="megabytes", limit=ARCHIVE_LIMIT_MB, actual=len(data) / 1e6)
    _check_directory(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, EOFError, NotImplementedError):
        raise NotAnArchive() from None
    with archive:
        files = [(info, _name(info)) for info in archive.infolist()]
        yield [
            Entry(name, _reader(archive, info), _reader(archive, info, HEAD_BYTES))
            for info, name in files
            if not name.endswith("/")
        ]


def _check_directory(data: bytes) -> None:
    """Refuses a list of files so long that reading it alone would stall us; archives of that kind are no galleries."""
    place = data.rfind(END_OF_DIRECTORY, max(0, len(data) - 65_557))
    if place < 0 or place + 22 > len(data):
        raise NotAnArchive()
    count, size = struct.unpack_from("<HI", data, place + 10)
    if data[max(0, place - 20) : place].startswith(ZIP64_LOCATOR):
        large = _zip64_directories(data, place - 20)
        count, size = max([*large, (count, size if size != IN_LARGE_RECORD else 0)], key=lambda each: each[1])
    if size > DIRECTORY_LIMIT:
        raise GalleryTooLarge(reason="pictures", limit=PICTURES_LIMIT, actual=max(count, PICTURES_LIMIT + 1))


def _zip64_directories(data: bytes, locator: int) -> list[tuple[int, int]]:
    """Entries and bytes of the list of files by the large records, which careful tools add to small archives too: by
    the one that is pointed to, and by the one that stands before the locator, which Python's zipfile reads."""
    (pointed,) = struct.unpack_from("<Q", data, locator + 8)
    if pointed + 56 > locator or data[pointed : pointed + 4] != ZIP64_RECORD:
        raise NotAnArchive()
    places = [place for place in (pointed, locator - 56) if data[place : place + 4] == ZIP64_RECORD]
    return [struct.unpack_from("<QQ", data, place + 32) for place in places]


def _name(info: zipfile.ZipInfo) -> str:
    """The path with "/" between folders. Names without the mark of UTF-8 are UTF-8 all the same where they can be:
    macOS and many libraries forget the mark, and the old code page turns every accent into two strange letters."""
    name = info.filename
    if not info.flag_bits & MARKED_UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int | None = None) -> Callable[[], bytes]:
    def read() -> bytes:
        if reason := _refusal(info):
            raise EntryRefused(file=info.filename, reason=reason)
        limit = int(current().file_limit_mb * 1e6) if most is None else most
        try:
            if info.compress_type in UNBOUNDED:
                return unpacked(archive, info, limit + 1)
            with archive.open(info) as file:
                return file.read(limit + 1)  # one more than allowed is refused at the door of pictures
        except UNPACKING_FAILS:
            raise EntryRefused(file=info.filename, reason="damaged") from None

    return read


def _refusal(info: zipfile.ZipInfo) -> EntryReason | None:
    """Why this entry is not opened; None for an ordinary file."""
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or DRIVE.fullmatch(parts[0]):
        return "outside"
    if info.flag_bits & ENCRYPTED:
        return "encrypted"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    return None
