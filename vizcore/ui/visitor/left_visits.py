"""What did visits that have ended leave, for how long, and for whom alone?

Memory only. An entry is given to one later session of the same owner, or it is dropped when its time is over, when the
owner deletes everything, or when the pictures of visitors who are here need the room.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vizcore.ui.visitor.cookie import Owner

log = logging.getLogger(__name__)

MOST_EACH = 12  # of one owner; the oldest is dropped


@dataclass(frozen=True)
class Belongings:
    """Copies of a session's state by its keys, and which of the pictures in it (by hash) the visitor brought."""

    state: Mapping[str, Any]
    own_photos: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class _Entry:
    owner: Owner
    session: str
    belongings: Belongings
    until: float


class LeftVisits:
    """Entries in the order in which their visits ended. clock: seconds that only grow.

    What is dropped ends after the lock is free: others are told of the end of a picture, and may hold locks of theirs.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: list[_Entry] = []
        self._timer: threading.Timer | None = None  # one at a time, however many visits have ended
        self._due = 0.0  # when it purges

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, owner: Owner, session: str, belongings: Belongings, keep_s: float) -> None:
        """Keeps them for keep_s seconds; nothing at all for 0."""
        if keep_s <= 0:
            return
        with self._lock:
            self._entries.append(_Entry(owner, session, belongings, self._clock() + keep_s))
            own = [each for each in self._entries if each.owner == owner]
            for each in own[:-MOST_EACH]:
                self._entries.remove(each)
            self._wait_for_next()

    def take(self, owner: Owner, session: str, *, any_session: bool) -> Belongings | None:
        """What this very session left, else, with any_session, what the owner left last; nobody else gets it then."""
        self.purge()
        with self._lock:
            own = [each for each in self._entries if each.owner == owner]
            other = own[-1] if own and any_session else None
            found = next((each for each in reversed(own) if each.session == session), other)
            if found is None:
                return None
            self._entries.remove(found)
            return found.belongings

    def forget(self, owner: Owner) -> None:
        """Drops everything that this owner left."""
        with self._lock:
            before, self._entries = self._entries, [each for each in self._entries if each.owner != owner]
        del before

    def drop_oldest(self) -> bool:
        """Makes room; False where nothing is left to drop."""
        with self._lock:
            dropped = self._entries[:1]
            del self._entries[:1]
        return bool(dropped)

    def purge(self) -> None:
        """Drops what has been kept for long enough."""
        with self._lock:
            now = self._clock()
            before, self._entries = self._entries, [each for each in self._entries if each.until > now]
            self._wait_for_next()
        del before

    def _wait_for_next(self) -> None:
        """Sets the timer for the entry whose time is over first; the lock is held."""
        due = min((each.until for each in self._entries), default=None)
        if self._timer is not None and self._timer.is_alive() and self._due == due:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due is not None:
            self._timer, self._due = threading.Timer(max(due - self._clock(), 0) + 0.1, self.purge), due
            self._timer.daemon = True
            try:
                self._timer.start()
            except RuntimeError:
                log.warning("no thread waits for the end of what visits left; it ends with the next look")


LEFT = LeftVisits()
