"""How many pixels of pictures may this process hold for all its visitors together?

Each tray and gallery has a limit of its own; many visitors at once would still fill the memory.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Iterable

from vizcore.engine.device import collect_all_garbage
from vizcore.errors import ServerFull
from vizcore.photo import Photo
from vizcore.settings import current
from vizcore.ui.visitor.left_visits import LEFT


class PixelBudget:
    """Counts the pixels of the photos that are alive, whoever holds them: a photo that nobody holds any more is free
    again without anybody saying so.

    Photos may die in any thread, whatever locks it holds: then their pixels are only noted, and subtracted by whoever
    counts next.
    """

    def __init__(self, limit_mpx: float | None = None) -> None:
        self._limit_mpx = limit_mpx
        self._lock = threading.Lock()
        self._counted: weakref.WeakSet[Photo] = weakref.WeakSet()
        self._pixels = 0
        self._freed: deque[int] = deque()

    @property
    def pixels(self) -> int:
        with self._lock:
            return self._now()

    def hold(self, photos: Iterable[Photo]) -> None:
        """Counts these photos from now on. ServerFull, and none of them counted, where they do not fit."""
        limit_mpx = current().pictures_limit_mpx if self._limit_mpx is None else self._limit_mpx
        wanted = set(photos)
        while too_many := self._count(wanted, limit_mpx * 1e6):
            if not self._make_room(self.pixels - too_many):
                raise ServerFull(limit_mpx=limit_mpx)

    def _count(self, wanted: set[Photo], limit: float) -> float:
        """Counts these, unless they are more than the limit leaves room for: by how many pixels; else 0."""
        with self._lock:
            fresh = [photo for photo in wanted if photo not in self._counted]
            pixels = sum(photo.width * photo.height for photo in fresh)
            too_many = self._now() + pixels - limit
            if too_many > 0:
                return too_many
            self._pixels += pixels
            for photo in fresh:
                self._counted.add(photo)
                weakref.finalize(photo, self._freed.append, photo.width * photo.height)
        return 0

    def _make_room(self, most: float) -> bool:
        """Drops what ended visits left until at most so many pixels are held, or nothing is left to drop: those who
        are here come before those who may come back. Whether anything was dropped.

        A full collection stops everybody for a moment, so there is one after the first, second, fourth, eighth ...
        visit dropped and one at the end, not one a visit.
        """
        dropped = 0
        while self.pixels > most and LEFT.drop_oldest():
            dropped += 1
            if dropped & (dropped - 1) == 0:
                collect_all_garbage()
        if self.pixels > most and dropped:
            collect_all_garbage()
        return dropped > 0

    def _now(self) -> int:
        """The lock is held."""
        while self._freed:
            self._pixels -= self._freed.popleft()
        return self._pixels


_budget = PixelBudget()


def hold(photos: Iterable[Photo]) -> None:
    """Counts photos of a tray or gallery into the process's budget. ServerFull where they do not fit."""
    _budget.hold(photos)
