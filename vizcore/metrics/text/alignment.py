"""Which characters (or words) of the reading stand for which of the reference, with the fewest edits?

The edit distance is unique, the alignment is not. The rule here: what both begin and end with is taken off first; from
the end backwards, equal ones are matched, then substitution is preferred, then deletion, then insertion.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

from vizcore.errors import TextTooLong

Kind = Literal["equal", "substitute", "delete", "insert"]
LIMIT = 30_000  # characters that are compared, after the common beginning and end


@dataclass(frozen=True, slots=True)
class Step:
    """One pair. reference, reading: places; an insertion has no reference (-1), a deletion no reading (-1)."""

    kind: Kind
    reference: int
    reading: int


@dataclass(frozen=True)
class Edits:
    """How many of each; the length of the reference is hits + substitutions + deletions."""

    hits: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def total(self) -> int:
        return self.substitutions + self.deletions + self.insertions

    @property
    def reference_length(self) -> int:
        return self.hits + self.substitutions + self.deletions

    @property
    def reading_length(self) -> int:
        return self.hits + self.substitutions + self.insertions


def align(reference: Sequence[Hashable], reading: Sequence[Hashable]) -> list[Step]:
    """The steps in reading order. Errors: TextTooLong beyond `LIMIT` in either text."""
    head = _common(reference, reading)
    tail = _common(reference[head:][::-1], reading[head:][::-1])
    inner_ref, inner_read = reference[head : len(reference) - tail], reading[head : len(reading) - tail]
    longest = max(len(inner_ref), len(inner_read))
    if longest > LIMIT:
        raise TextTooLong(reason="difference", limit=LIMIT, actual=longest)
    middle = [
        Step(kind, head + ref if ref >= 0 else -1, head + read if read >= 0 else -1)
        for kind, ref, read in _traced(inner_ref, inner_read)
    ]
    end_ref, end_read = len(reference) - tail, len(reading) - tail
    equal: Kind = "equal"
    before = [Step(equal, place, place) for place in range(head)]
    after = [Step(equal, end_ref + place, end_read + place) for place in range(tail)]
    return [*before, *middle, *after]


def common_in_order(reference: Sequence[Hashable], reading: Sequence[Hashable]) -> int:
    """The length of the longest sequence that stands in both in the same order, other pieces between them or not.

    Crochemore et al. 2001, a whole column at once in Python's long integers.
    """
    places: dict[Hashable, int] = {}
    for row, item in enumerate(reference):
        places[item] = places.get(item, 0) | 1 << row
    everywhere = (1 << len(reference)) - 1
    free = everywhere
    for item in reading:
        match = free & places.get(item, 0)
        free = ((free + match) | (free - match)) & everywhere
    return len(reference) - free.bit_count()


def count(steps: Sequence[Step]) -> Edits:
    """How many steps of each kind."""
    kinds = [step.kind for step in steps]
    return Edits(*(kinds.count(each) for each in ("equal", "substitute", "delete", "insert")))


def _common(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """How many the two begin with alike."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length


def _traced(reference: Sequence[Hashable], reading: Sequence[Hashable]) -> list[tuple[Kind, int, int]]:
    """The alignment, from the bits of two facts about each cell of the table of distances (see `_bits`)."""
    free_diagonals, costs_down = _bits(reference, reading)
    row, column = len(reference), len(reading)
    steps: list[tuple[Kind, int, int]] = []
    while row and column:
        bit = row - 1
        if reference[row - 1] == reading[column - 1]:
            row, column = row - 1, column - 1
            steps.append(("equal", row, column))
        elif not free_diagonals[column - 1] >> bit & 1:
            row, column = row - 1, column - 1
            steps.append(("substitute", row, column))
        elif costs_down[column - 1] >> bit & 1:
            row -= 1
            steps.append(("delete", row, -1))
        else:
            column -= 1
            steps.append(("insert", -1, column))
    steps += [("delete", place, -1) for place in range(row - 1, -1, -1)]
    steps += [("insert", -1, place) for place in range(column - 1, -1, -1)]
    return steps[::-1]


def _bits(reference: Sequence[Hashable], reading: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """For each column (item of the reading) two integers, bit i for row i (item of the reference).

    First: the distance equals that of the cell diagonally before. Second: it is one more than that of the row before.
    Myers 1999 in the form of Hyyrö 2003, a whole column at once in Python's long integers.
    """
    everywhere = (1 << len(reference)) - 1
    places: dict[Hashable, int] = {}
    for row, item in enumerate(reference):
        places[item] = places.get(item, 0) | 1 << row
    up, down = everywhere, 0  # vertical differences +1 and -1
    free_diagonals, costs_down = [], []
    for item in reading:
        match = places.get(item, 0)
        diagonal = ((((match & up) + up) ^ up) | match | down) & everywhere
        right = down | (everywhere & ~(diagonal | up))
        left = up & diagonal
        right = (right << 1 | 1) & everywhere
        left = left << 1 & everywhere
        up = left | (everywhere & ~(diagonal | right))
        down = right & diagonal
        free_diagonals.append(diagonal)
        costs_down.append(up)
    return free_diagonals, costs_down
