"""How does a large file leave? In pieces that are made while the browser fetches them: it is whole nowhere.

Streamlit serves a download from memory. A small file is given to it whole; of a large one it is given a mark, and the
server puts the pieces in the mark's place on their way out (`server/streamed_exports`). Nothing goes to disk, since
files hold what was found in a visitor's pictures.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from vizcore.errors import ExportAbandoned, TooManyRequests
from vizcore.ui.session import Visit

SMALL_BYTES = 1_000_000
MOST_AT_ONCE = 3  # files of one visit in the making
MOST_MARKS = 20  # of one visit: the latest that were asked for can be fetched again
MARK = re.compile(rb"vizcore-export:[A-Za-z0-9_-]{43}")
MARK_BYTES = len("vizcore-export:") + 43

Pieces = Callable[[], Iterator[bytes]]
Item = TypeVar("Item")
Content = TypeVar("Content")


def while_here(items: Iterable[Item], visit: Visit) -> Iterator[Item]:
    """The items; ExportAbandoned before the next one as soon as the visit has ended."""
    for item in items:
        if visit.left:
            raise ExportAbandoned
        yield item


class ExportStreams:
    """The large files that visitors asked for, by mark; a visit's marks end with it.

    served: the server puts the pieces in their place; where it does not (an entry other than app.py), files go whole.
    """

    def __init__(self, *, served: bool = False) -> None:
        self.served = served
        self._lock = threading.RLock()  # an abandoned file may end at any moment, in a thread that holds it
        self._marks: dict[Visit, dict[bytes, Pieces]] = {}
        self._under_way: dict[Visit, int] = {}

    def whole(self, make: Callable[[], Content], visit: Visit) -> Content:
        """What `make` gives, a file in one piece. Errors: TooManyRequests, ExportAbandoned."""
        with self._place(visit):
            return make()

    def content(self, pieces: Pieces, visit: Visit) -> bytes:
        """The file if it is small, else a mark. Errors: TooManyRequests, ExportAbandoned."""
        begun, size = [], 0
        with self._place(visit):
            for piece in while_here(pieces(), visit):
                begun.append(piece)
                size += len(piece)
                if size > SMALL_BYTES and self.served:
                    return self._marked(pieces, visit)
        return b"".join(begun)

    def stream(self, mark: bytes) -> Generator[bytes, None, None] | None:
        """The file's pieces, made as they are asked for; None for bytes that are no mark.

        The iterator raises ExportAbandoned where the visit has ended, and TooManyRequests at its first step.
        """
        if not MARK.fullmatch(mark):
            return None
        with self._lock:
            found = [(visit, marks[mark]) for visit, marks in self._marks.items() if mark in marks]
        return self._counted(*found[0]) if found else _gone()

    def forget(self, visit: Visit) -> None:
        """Its marks lead nowhere from now on."""
        with self._lock:
            self._marks.pop(visit, None)

    def _marked(self, pieces: Pieces, visit: Visit) -> bytes:
        mark = b"vizcore-export:" + secrets.token_urlsafe(32).encode()
        with self._lock:
            if visit not in self._marks:
                visit.at_leave.append(lambda: self.forget(visit))
            marks = self._marks.setdefault(visit, {})
            marks[mark] = pieces
            while len(marks) > MOST_MARKS:
                del marks[next(iter(marks))]
        return mark

    def _counted(self, visit: Visit, pieces: Pieces) -> Generator[bytes, None, None]:
        with self._place(visit):
            yield from while_here(pieces(), visit)

    @contextmanager
    def _place(self, visit: Visit) -> Iterator[None]:
        with self._lock:
            if self._under_way.get(visit, 0) >= MOST_AT_ONCE:
                raise TooManyRequests(limit=MOST_AT_ONCE)
            self._under_way[visit] = self._under_way.get(visit, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[visit] -= 1
                if not self._under_way[visit]:
                    del self._under_way[visit]


def _gone() -> Generator[bytes, None, None]:
    yield from ()
    raise ExportAbandoned


STREAMS = ExportStreams()
