"""Which pictures are in a folder or a zip, and which class does each one's folder name?

Pictures are kept small, as every model here looks at 256 pixels or fewer; what cannot be opened is said file by file.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.errors import FileUnreadable, GalleryEmpty, GalleryTooLarge, VizError
from vizcore.file_reading import reading, refusal
from vizcore.images import ACCEPTED, open_preview, size_in_header
from vizcore.images.formats import FORMATS
from vizcore.images.names import clean_name
from vizcore.photo import Photo
from vizcore.settings import current

PICTURES_LIMIT = 500
HEAD_BYTES = 1 << 18  # enough for the size of nearly any picture
READ_LIMIT_MB = 1000  # of all files together
LONGEST_SIDE, SHORTER_SIDE = 1024, 256  # of a picture as it is kept
RUBBISH = ("__MACOSX", "Thumbs.db", "desktop.ini")
EXTENSIONS = frozenset(ending for each in FORMATS for ending in each.extensions)


@dataclass(frozen=True)
class Entry:
    """A file of a gallery before it is opened: its path inside it, and how to read its bytes, or only the first."""

    path: str
    read: Callable[[], bytes]
    head: Callable[[], bytes]


@dataclass(frozen=True, eq=False)
class GalleryPicture:
    """path: inside the gallery, for people. label: the name of its folder, "" at the top."""

    photo: Photo
    path: str
    label: str


@dataclass(frozen=True, eq=False)
class Gallery:
    """pictures: by path. problems: (path, error) of files and folders that did not open. skipped: files that are no
    pictures."""

    pictures: tuple[GalleryPicture, ...]
    problems: tuple[tuple[str, VizError], ...] = ()
    skipped: int = 0

    @property
    def photos(self) -> tuple[Photo, ...]:
        return tuple(each.photo for each in self.pictures)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(each.label for each in self.pictures)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(each.path for each in self.pictures)


Progress = Callable[[int, int], None]  # pictures opened so far, and all of them; may raise to end the reading


def unwatched(done: int, total: int) -> None:
    """Nobody looks."""


def read_folder(folder: Path, *, most: int = PICTURES_LIMIT) -> Gallery:
    """All pictures below a folder; a folder in it that may not be read is one of the gallery's problems.

    Errors: FileUnreadable for no folder, or where nothing but what may not be read is in it, and those of
    `read_entries`.
    """
    with reading(folder):
        if not folder.is_dir():
            raise FileUnreadable(file=folder.name, reason="not_a_folder" if folder.exists() else "folder_missing")
        next(folder.iterdir(), None)  # refused where the folder itself may not be read
    files, refused = _walked(folder)
    entries = [Entry(path.relative_to(folder).as_posix(), _reader(path), _reader(path, HEAD_BYTES)) for path in files]
    try:
        found = read_entries(entries, most=most)
    except GalleryEmpty:
        if refused:
            raise refused[0][1] from None
        raise
    return replace(found, problems=(*found.problems, *refused))


def _walked(folder: Path) -> tuple[list[Path], list[tuple[str, VizError]]]:
    """The files below a folder, and (path, error) of folders in it that may not be read, rubbish aside."""
    refused: list[tuple[str, VizError]] = []

    def refuse(error: OSError) -> None:
        path = Path(error.filename)
        inside = path.relative_to(folder).as_posix()
        if not _is_rubbish(_steps(inside)):
            refused.append((_shown(inside), refusal(path, error)))

    paths = sorted(Path(place, name) for place, _folders, names in os.walk(folder, onerror=refuse) for name in names)
    return [path for path in paths if _may_be_a_file(path)], sorted(refused, key=lambda each: each[0])


def _may_be_a_file(path: Path) -> bool:
    """Also where its folder lists it and lets nobody look at it: reading says so."""
    try:
        return path.is_file()
    except PermissionError:
        return True


def read_files(
    files: Iterable[tuple[str, bytes]],
    progress: Progress = unwatched,
    *,
    most: int = PICTURES_LIMIT,
    shorter_side: int = SHORTER_SIDE,
) -> Gallery:
    """Uploaded files as (path, bytes). Errors: those of `read_entries`."""
    entries = [held_entry(path, data) for path, data in files]
    return read_entries(entries, progress, most=most, shorter_side=shorter_side)


def held_entry(path: str, data: bytes) -> Entry:
    """Of a file whose bytes are here."""
    return Entry(path, lambda: data, lambda: data)


def read_entries(
    entries: Iterable[Entry],
    progress: Progress = unwatched,
    *,
    most: int = PICTURES_LIMIT,
    shorter_side: int = SHORTER_SIDE,
) -> Gallery:
    """The gallery of these files, `most` pictures at most, no shorter side longer than `shorter_side`.

    Errors: GalleryTooLarge, GalleryEmpty when not one is named like a picture.

    The pixels of all pictures are added up from their headers before the first one is decoded. progress: called before
    each picture; what it raises ends the reading.
    """
    everything = list(entries)
    wanted = sorted((each for each in everything if _looks_like_a_picture(each.path)), key=lambda each: each.path)
    if not wanted:
        raise GalleryEmpty(accepted=list(ACCEPTED))
    if len(wanted) > most:
        raise GalleryTooLarge(reason="pictures", limit=most, actual=len(wanted))
    _check_pixels(wanted)
    pictures, problems, read = [], [], 0
    for place, each in enumerate(wanted):
        progress(place, len(wanted))
        try:
            data = each.read()
            read += len(data)
            if read > READ_LIMIT_MB * 1_000_000:
                raise GalleryTooLarge(reason="megabytes", limit=READ_LIMIT_MB, actual=read / 1e6)
            pictures.append(_picture(each.path, data, shorter_side))
        except GalleryTooLarge:
            raise
        except VizError as error:
            problems.append((_shown(each.path), error))
    return Gallery(tuple(pictures), tuple(problems), len(everything) - len(wanted))


def _check_pixels(entries: Iterable[Entry]) -> None:
    """GalleryTooLarge where the headers announce more pixels than a gallery may have; what has none is read later."""
    limit, pixels = current().gallery_limit_mpx, 0
    for each in entries:
        with suppress(VizError):
            width, height = size_in_header(each.head())
            pixels += width * height
    if pixels > limit * 1e6:
        raise GalleryTooLarge(reason="megapixels", limit=limit, actual=round(pixels / 1e6, 1))


def gallery_photo(photo: Photo) -> Photo:
    """A photo made small as a gallery's are, so that a query is compared on equal terms."""
    return Photo(_small(photo.rgb), photo.name)


def _picture(path: str, data: bytes, shorter_side: int) -> GalleryPicture:
    folders = _steps(path)
    photo = Photo(_small(open_preview(data, LONGEST_SIDE), shorter_side), clean_name(path))
    return GalleryPicture(photo, _shown(path), clean_name(folders[-2]) if len(folders) > 1 else "")


def _small(rgb: NDArray[np.uint8], shorter_side: int = SHORTER_SIDE) -> NDArray[np.uint8]:
    """Longest side at most LONGEST_SIDE, then the shorter one at most `shorter_side`."""
    height, width = rgb.shape[:2]
    scale = min(1.0, LONGEST_SIDE / max(height, width), shorter_side / min(height, width))
    if scale == 1.0:
        return rgb
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BILINEAR))


def _steps(path: str) -> list[str]:
    """The folders and the file's name, whichever way the slashes lean; letters composed (NFC), so that a class whose
    accents one system writes apart stays one class."""
    return [step for step in unicodedata.normalize("NFC", path).replace("\\", "/").split("/") if step not in {"", "."}]


def _looks_like_a_picture(path: str) -> bool:
    parts = _steps(path) or [""]
    return not _is_rubbish(parts) and PurePosixPath(parts[-1]).suffix.lower().removeprefix(".") in EXTENSIONS


def _is_rubbish(parts: Iterable[str]) -> bool:
    return any((part.startswith(".") and part not in {".", ".."}) or part in RUBBISH for part in parts)


def _shown(path: str) -> str:
    return "/".join(filter(None, map(clean_name, _steps(path))))


def _reader(path: Path, most: int | None = None) -> Callable[[], bytes]:
    def read() -> bytes:
        limit = int(current().file_limit_mb * 1e6) if most is None else most
        with reading(path), path.open("rb") as file:
            return file.read(limit + 1)  # one more than allowed is refused at the door of pictures

    return read
