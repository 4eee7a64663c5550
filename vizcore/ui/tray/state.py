"""What lies in this session's tray, and how does it change?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore import settings
from vizcore.errors import TrayFull, TrayTooLarge, VizError
from vizcore.figures.theme import DISPLAY_SIDE, THUMBNAIL_SIDE
from vizcore.images import open_preview
from vizcore.photo import Photo
from vizcore.pictures import display_jpeg, encode_jpeg, shrunk
from vizcore.samples import sample_preview
from vizcore.ui.pixel_budget import hold
from vizcore.ui.session import visit

KEY = "tray"
SAMPLE_SIDE = 240  # pixels of a built-in picture's thumbnail, drawn at 150
TILE_SIDE = 96  # pixels of a thumbnail, drawn at half of it


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


def add(photo: Photo, *, own: bool = True) -> None:
    """Puts a picture in, once; TrayFull, TrayTooLarge or ServerFull without room. own: brought by the visitor."""
    entries = tray().entries
    if photo.sha256 in entries:
        return
    limit = settings.current().tray_limit
    if len(entries) >= limit:
        raise TrayFull(limit=limit)
    pixels = sum(each.photo.width * each.photo.height for each in entries.values()) + photo.width * photo.height
    if pixels > settings.current().tray_limit_mpx * 1e6:
        raise TrayTooLarge(limit_mpx=settings.current().tray_limit_mpx, actual_mpx=round(pixels / 1e6, 1))
    hold([photo])
    entries[photo.sha256] = Entry(photo, square_jpeg(photo, THUMBNAIL_SIDE))
    if own:
        visit().own_photos.add(photo.sha256)


def remove(sha256: str) -> None:
    """Takes one picture out, what models found in it out of the engine's memory, and old refusals off the page."""
    tray().refused.clear()
    tray().entries.pop(sha256, None)
    visit().forget({sha256})


def clear() -> None:
    """Takes everything out, the messages about bad files too."""
    held = tray()
    visit().forget(set(held.entries))
    held.entries.clear()
    held.refused.clear()
    held.generation += 1


def thumbnail(photo: Photo) -> bytes:
    """A small square JPEG of the picture, made once while it is in the tray."""
    entry = tray().entries.get(photo.sha256)
    return entry.thumbnail if entry else square_jpeg(photo, THUMBNAIL_SIDE)


def display(photo: Photo) -> bytes:
    """A JPEG of the picture for a page, longest side `DISPLAY_SIDE`, made once while it is in the tray."""
    entry = tray().entries.get(photo.sha256)
    if entry is None:
        return display_jpeg(photo, DISPLAY_SIDE)
    if entry.display is None:
        entry.display = display_jpeg(photo, DISPLAY_SIDE)
    return entry.display


def square_jpeg(photo: Photo, side: int) -> bytes:
    """The middle square of the photo, no side longer than `side`: rows of thumbnails stay even."""
    return encode_jpeg(_square(photo.rgb, side))


@st.cache_data(max_entries=64, show_spinner=False)
def sample_thumbnail(key: str) -> bytes:
    """The middle square of a built-in picture as JPEG, from a small decode of it. Error: UnknownSample."""
    return encode_jpeg(_square(sample_preview(key, 2 * SAMPLE_SIDE), SAMPLE_SIDE))


@st.cache_data(max_entries=64, show_spinner=False)
def sample_tile(key: str) -> bytes:
    """The same, small enough to stand in a style sheet."""
    return encode_jpeg(shrunk(open_preview(sample_thumbnail(key)), TILE_SIDE))


def _square(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    edge = min(rgb.shape[:2])
    top, left = (rgb.shape[0] - edge) // 2, (rgb.shape[1] - edge) // 2
    return shrunk(rgb[top : top + edge, left : left + edge], side)
