"""Which gallery do uploaded files make: zips, loose pictures, or both together?"""

from __future__ import annotations

from collections.abc import Sequence

from vizcore.errors import GalleryTooLarge
from vizcore.similarity.archive import read_zip
from vizcore.similarity.gallery import PICTURES_LIMIT, SHORTER_SIDE, Gallery, Progress, read_files, unwatched

ZIP_START = b"PK\x03\x04"


def read_uploads(
    files: Sequence[tuple[str, bytes]],
    progress: Progress = unwatched,
    *,
    most: int = PICTURES_LIMIT,
    shorter_side: int = SHORTER_SIDE,
) -> Gallery:
    """(path, bytes) of each file -> one gallery, by path. Errors: those of `read_zip` and `read_files`."""
    zips = [data for name, data in files if _is_zip(name, data)]
    loose = [(name, data) for name, data in files if not _is_zip(name, data)]
    galleries = [read_zip(data, progress, most=most, shorter_side=shorter_side) for data in zips]
    if loose or not zips:
        galleries.append(read_files(loose, progress, most=most, shorter_side=shorter_side))
    return _joined(galleries, most)


def _is_zip(name: str, data: bytes) -> bool:
    return data.startswith(ZIP_START) or name.lower().endswith(".zip")


def _joined(galleries: Sequence[Gallery], most: int) -> Gallery:
    pictures = sorted((each for gallery in galleries for each in gallery.pictures), key=lambda each: each.path)
    if len(pictures) > most:
        raise GalleryTooLarge(reason="pictures", limit=most, actual=len(pictures))
    problems = tuple(each for gallery in galleries for each in gallery.problems)
    return Gallery(tuple(pictures), problems, sum(gallery.skipped for gallery in galleries))
