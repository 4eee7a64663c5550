"""What a visitor made, with the way back and forward: one immutable stack for clicks, boxes, outlines and prompts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Generic, Self, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class History(Generic[T]):
    """now: what is there. past: oldest first. future: what was taken back, next first. rev counts every change.

    MOST_STEPS of the past are kept.
    """

    now: T
    past: tuple[T, ...] = ()
    future: tuple[T, ...] = ()
    rev: int = 0

    MOST_STEPS: ClassVar[int] = 200

    def to(self, now: T) -> Self:
        """A step forward that can be taken back; it ends the way forward."""
        past = (*self.past, self.now)[-self.MOST_STEPS :]
        return replace(self, now=now, past=past, future=(), rev=self.rev + 1)

    def undone(self) -> Self:
        """One step back; the same where there is none."""
        if not self.past:
            return self
        *past, before = self.past
        return replace(self, now=before, past=tuple(past), future=(self.now, *self.future), rev=self.rev + 1)

    def redone(self) -> Self:
        """One step forward again; the same where there is none."""
        if not self.future:
            return self
        after, *future = self.future
        return replace(self, now=after, past=(*self.past, self.now), future=tuple(future), rev=self.rev + 1)
