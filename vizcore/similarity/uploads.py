"""Which gallery do uploaded files make: zips, loose pictures, or both together?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

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
    """(path, bytes) of each file -> one gallery, by path, within the limits of one. Errors: those of `opened_zip` and
    `read_entries`."""
    entries: list[Entry] = []
    with ExitStack() as opened:
        for name, data in files:
            entries += opened.enter_context(opened_zip(data)) if _is_zip(name, data) else [held_entry(name, data)]
        return read_entries(entries, progress, most=most, shorter_side=shorter_side)


def _is_zip(name: str, data: bytes) -> bool:
    return data.startswith(ZIP_START) or name.lower().endswith(".zip")
