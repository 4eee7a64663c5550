"""How many pixels of pictures may this process hold for all its visitors together?

Each tray and gallery has a limit of its own; many visitors at once would still fill the memory.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable

from vizcore.engine.device import collect_all_garbage
from vizcore.errors import ServerFull
from vizcore.photo import Photo
from vizcore.settings import current
from vizcore.ui.visitor.left_visits import LEFT


class PixelBudget:
    """Counts the pixels of the photos that are alive, whoever holds them: a photo that nobody holds any more is free
    again without anybody saying so."""

    def __init__(self, limit_mpx: float | None = None) -> None:
        self._limit_mpx = limit_mpx
        self._lock = threading.RLock()  # a photo may die, and be subtracted, while another one is counted
        self._counted: weakref.WeakSet[Photo] = weakref.WeakSet()
        self._pixels = 0

    @property
    def pixels(self) -> int:
        return self._pixels

    def hold(self, photos: Iterable[Photo]) -> None:
        """Counts these photos from now on. ServerFull, and none of them counted, where they do not fit."""
        limit_mpx = current().pictures_limit_mpx if self._limit_mpx is None else self._limit_mpx
        with self._lock:
            fresh = [photo for photo in photos if photo not in self._counted]
            pixels = sum(photo.width * photo.height for photo in fresh)
            if self._pixels + pixels > limit_mpx * 1e6:
                self._make_room(limit_mpx * 1e6 - pixels)
            if self._pixels + pixels > limit_mpx * 1e6:
                raise ServerFull(limit_mpx=limit_mpx)
            self._pixels += pixels
            for photo in fresh:
                self._counted.add(photo)
                weakref.finalize(photo, self._free, photo.width * photo.height)

    def _make_room(self, most: float) -> None:
        """Drops what ended visits left until at most so many pixels are held, or nothing is left to drop: those who
        are here come before those who may come back.

        A full collection stops everybody for a moment, so there is one after the first, second, fourth, eighth ...
        visit dropped and one at the end, not one a visit.
        """
        dropped = 0
        while self._pixels > most and LEFT.drop_oldest():
            dropped += 1
            if dropped & (dropped - 1) == 0:
                collect_all_garbage()
        if self._pixels > most and dropped:
            collect_all_garbage()

    def _free(self, pixels: int) -> None:
        with self._lock:
            self._pixels -= pixels


_budget = PixelBudget()


def hold(photos: Iterable[Photo]) -> None:
    """Counts photos of a tray or gallery into the process's budget. ServerFull where they do not fit."""
    _budget.hold(photos)
