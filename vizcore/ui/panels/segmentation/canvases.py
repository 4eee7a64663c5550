"""Which pictures do this page's canvases show? Encoded once for each photo and state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vizcore.figures.masks import layer_png, object_colour, shown_size
from vizcore.photo import Photo
from vizcore.pictures import display_jpeg
from vizcore.prompting.answers import Answered
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.zoo.cards import ModelCard


def screen_jpeg(state: PageState, photo: Photo, side: int) -> bytes:
    """The photo for the screen, longest side at most `side`."""
    jpeg: bytes = state.once(f"photo.{side}", photo.sha256, lambda: display_jpeg(photo, side))
    return jpeg


def overlay(state: PageState, card: ModelCard, photo: Photo, answered: Sequence[Answered], side: int) -> bytes | None:
    """All objects' masks in their colours as one transparent picture, encoded once for each state."""
    if not answered:
        return None
    signature: Any = tuple((each.asked.number, each.found, each.rank) for each in answered)

    def make() -> bytes:
        colours = [object_colour(each.asked.number) for each in answered]
        return layer_png([each.mask for each in answered], colours, shown_size(photo.width, photo.height, side))

    png: bytes = state.once(f"overlay.{card.key}.{side}", signature, make)
    return png
