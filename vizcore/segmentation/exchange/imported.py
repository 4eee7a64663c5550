"""What a file of masks says about one photo: its objects, and what reading changed or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from vizcore.photo import Note
from vizcore.segmentation.exchange.objects import SegmentedObject


@dataclass(frozen=True)
class ImportedObjects(Sequence[SegmentedObject]):
    """objects in the file's order. notes: what was clipped, left out or read as something else."""

    objects: tuple[SegmentedObject, ...]
    notes: tuple[Note, ...] = ()

    def __len__(self) -> int:
        return len(self.objects)

    def __iter__(self) -> Iterator[SegmentedObject]:
        return iter(self.objects)

    @overload
    def __getitem__(self, place: int) -> SegmentedObject: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[SegmentedObject, ...]: ...
    def __getitem__(self, place: int | slice) -> SegmentedObject | tuple[SegmentedObject, ...]:
        return self.objects[place]


def counted(code: str, count: int) -> tuple[Note, ...]:
    """A note with its count, or none for nothing."""
    return (Note(code, {"count": count}),) if count else ()
