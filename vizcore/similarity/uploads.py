"""Which gallery do uploaded files make: zips, loose pictures, or both together?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from vizcore.errors import GalleryEmpty, NotAnArchive, VizError
from vizcore.images.names import clean_name
from vizcore.similarity.archive import opened_zip
from vizcore.similarity.gallery import (
    PICTURES_LIMIT,
    SHORTER_SIDE,
    Entry,
    Gallery,
    Progress,
    held_entry,
    read_entries,
    unwatched,
)

ZIP_START = b"PK\x03\x04"


def read_uploads(
    files: Sequence[tuple[str, bytes]],
    progress: Progress = unwatched,
    *,
    most: int = PICTURES_LIMIT,
    shorter_side: int = SHORTER_SIDE,
) -> Gallery:
    """(path, bytes) of each file -> one gallery, by path, within the limits of one.

    A zip that cannot be opened is one of the gallery's problems where there are pictures beside it. Errors: those of
    `opened_zip` and `read_entries`.
    """
    entries: list[Entry] = []
    broken: list[tuple[str, VizError]] = []
    with ExitStack() as opened:
        for name, data in files:
            if not _is_zip(name, data):
                entries.append(held_entry(name, data))
                continue
            try:
                entries += opened.enter_context(opened_zip(data))
            except NotAnArchive as error:
                broken.append((clean_name(name), error))
        try:
            found = read_entries(entries, progress, most=most, shorter_side=shorter_side)
        except GalleryEmpty:
            if broken:
                raise broken[0][1] from None
            raise
    return replace(found, problems=(*found.problems, *broken))


def _is_zip(name: str, data: bytes) -> bool:
    return data.startswith(ZIP_START) or name.lower().endswith(".zip")
