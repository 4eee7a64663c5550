"""What lies in this session's tray, and how does it change?"""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from vizcore import settings
from vizcore.errors import TrayFull, VizError
from vizcore.figures.theme import DISPLAY_SIDE, THUMBNAIL_SIDE
from vizcore.photo import Photo
from vizcore.pictures import display_jpeg, thumbnail_jpeg

KEY = "tray"


@dataclass
class Entry:
    """One picture and the small JPEGs of it that pages show."""

    photo: Photo
    thumbnail: bytes
    display: bytes | None = None


@dataclass
class Tray:
    """entries in the order of arrival. refused: (name, error) of the last arrival's bad files.

    generation: counts arrivals; a part of the upload fields' keys, so that each arrival leaves them empty.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    refused: list[tuple[str, VizError]] = field(default_factory=list)
    generation: int = 0


def tray() -> Tray:
    """This session's tray."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Tray()
    held: Tray = st.session_state[KEY]
    return held


def photos() -> list[Photo]:
    """The pictures in the tray, in the order of arrival."""
    return [entry.photo for entry in tray().entries.values()]


def add(photo: Photo) -> None:
    """Puts a picture in, once; TrayFull when there is no room."""
    entries = tray().entries
    if photo.sha256 in entries:
        return
    limit = settings.current().tray_limit
    if len(entries) >= limit:
        raise TrayFull(limit=limit)
    entries[photo.sha256] = Entry(photo, thumbnail_jpeg(photo, THUMBNAIL_SIDE))


def remove(sha256: str) -> None:
    """Takes one picture out."""
    tray().entries.pop(sha256, None)


def clear() -> None:
    """Takes everything out, the messages about bad files too."""
    held = tray()
    held.entries.clear()
    held.refused.clear()
    held.generation += 1


def thumbnail(photo: Photo) -> bytes:
    """A small JPEG of the picture, made once while it is in the tray."""
    entry = tray().entries.get(photo.sha256)
    return entry.thumbnail if entry else thumbnail_jpeg(photo, THUMBNAIL_SIDE)


def display(photo: Photo) -> bytes:
    """A JPEG of the picture for a page, longest side `DISPLAY_SIDE`, made once while it is in the tray."""
    entry = tray().entries.get(photo.sha256)
    if entry is None:
        return display_jpeg(photo, DISPLAY_SIDE)
    if entry.display is None:
        entry.display = display_jpeg(photo, DISPLAY_SIDE)
    return entry.display
