"""Which files does a zip hold? Nothing is ever written to disk, and nothing is read beyond its limits."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable

from vizcore.errors import EntryRefused, GalleryTooLarge, NotAnArchive
from vizcore.settings import current
from vizcore.similarity.gallery import PICTURES_LIMIT, Entry, Gallery, read_entries

ARCHIVE_LIMIT_MB = 200
DIRECTORY_LIMIT = 4_000_000  # bytes of the list of files: tens of thousands of them
END_OF_DIRECTORY, ZIP64_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
ENCRYPTED = 0x1


def read_zip(data: bytes) -> Gallery:
    """The gallery in a zip's bytes. Errors: NotAnArchive, and those of `read_entries`.

    Entries whose paths climb out of the archive, links and encrypted files are refused one by one.
    """
    if len(data) > ARCHIVE_LIMIT_MB * 1_000_000:
        raise GalleryTooLarge(reason="megabytes", limit=ARCHIVE_LIMIT_MB, actual=len(data) / 1e6)
    _check_directory(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, struct.error, OSError, EOFError):
        raise NotAnArchive() from None
    with archive:
        files = [info for info in archive.infolist() if not info.is_dir()]
        return read_entries(Entry(info.filename, _reader(archive, info)) for info in files)


def _check_directory(data: bytes) -> None:
    """Refuses a list of files so long that reading it alone would stall us; archives of that kind are no galleries."""
    place = data.rfind(END_OF_DIRECTORY, max(0, len(data) - 65_557))
    if place < 0 or place + 22 > len(data):
        raise NotAnArchive()
    count, size = struct.unpack_from("<HI", data, place + 10)
    if size > DIRECTORY_LIMIT or data[max(0, place - 20) : place].startswith(ZIP64_LOCATOR):
        raise GalleryTooLarge(reason="pictures", limit=PICTURES_LIMIT, actual=max(count, PICTURES_LIMIT + 1))


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        if reason := _refusal(info):
            raise EntryRefused(file=info.filename, reason=reason)
        limit = int(current().file_limit_mb * 1e6)
        try:
            with archive.open(info) as file:
                return file.read(limit + 1)  # one more than allowed is refused at the door of pictures
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
            raise EntryRefused(file=info.filename, reason="damaged") from None

    return read


def _refusal(info: zipfile.ZipInfo) -> str:
    """Why this entry is not opened; "" for an ordinary file."""
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        return "outside"
    if info.flag_bits & ENCRYPTED:
        return "encrypted"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    return ""
