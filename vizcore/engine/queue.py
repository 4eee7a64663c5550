"""Whose turn is it? A line in which every session comes round in turn, and keeps its own order."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """First in, first out for sessions, then inside a session: one visitor's burst delays the others by one item.

    Not safe for threads by itself; the scheduler's lock guards it.
    """

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[T]] = OrderedDict()

    def push(self, session: str, item: T) -> None:
        """To the end of the session's own line; a session that had none comes after all the others."""
        self._lines.setdefault(session, deque()).append(item)

    def pop(self) -> T | None:
        """The next item, or None; its session goes behind all the others."""
        if not self._lines:
            return None
        session, line = self._lines.popitem(last=False)
        item = line.popleft()
        if line:
            self._lines[session] = line
        return item

    def remove(self, session: str, item: T) -> bool:
        """Takes the item out wherever it stands; False if it is not here."""
        line = self._lines.get(session, deque())
        if item not in line:
            return False
        line.remove(item)
        if not line:
            del self._lines[session]
        return True

    def position(self, session: str, item: T) -> int:
        """How many turns until this item's own, counting it: 1 = next. 0 if it is not here."""
        line = self._lines.get(session, deque())
        if item not in line:
            return 0
        rounds = line.index(item)  # full rounds before its own
        names = list(self._lines)
        own = names.index(session)
        ahead = sum(min(len(self._lines[name]), rounds + (place < own)) for place, name in enumerate(names))
        return ahead + 1

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def __iter__(self) -> Iterator[T]:
        for line in self._lines.values():
            yield from line
