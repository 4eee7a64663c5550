"""Could reading a message cost more than its bytes are worth? Walked through before pickle sees it.

Pickle's own machine is followed with weights in the place of values. Only the opcodes that `plain.dumps` writes are
known: none writes into an object that is made, names a place of the memo, or goes back. So what is read is a tree in
which parts may stand several times, and its weight is that of the tree written out.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Sequence

MOST_SHARED = 10_000_000  # a message may be so much heavier than long; a part counts wherever it stands
MOST_HASHED = 10_000  # of all keys and members of sets together, beyond plain ones
MOST_DEEP = 100  # hashing and comparing go down in C, without a limit of their own
HEAVY = 8  # a text or bytes weigh 1 for each 256 of them

Weight = tuple[int, int] | list[int]  # weight and depth; a list or a third number for what may be filled, see `_closed`
PLAIN = (1, 0)

FLOATS = re.compile(rb"(?:G.{8})+", re.DOTALL)  # together, since a list of numbers is nothing but these
SCALARS = {"NONE": 0, "NEWTRUE": 0, "NEWFALSE": 0, "BININT": 4, "BININT1": 1, "BININT2": 2, "EMPTY_TUPLE": 0}
COUNTED = {"SHORT_BINUNICODE": 1, "BINUNICODE": 4, "BINUNICODE8": 8, "SHORT_BINBYTES": 1, "BINBYTES": 4,
           "BINBYTES8": 8, "BYTEARRAY8": 8, "LONG1": 1, "LONG4": 4}  # fmt: skip
TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
FILLS = {"APPEND": 1, "SETITEM": 2, "APPENDS": 0, "SETITEMS": 0, "ADDITEMS": 0}  # parts; 0: all since the mark
KEYED = {"SETITEM": 2, "SETITEMS": 2, "ADDITEMS": 1}  # of which every second, or each, is looked up
GETS = {"BINGET": 1, "LONG_BINGET": 4}
SKIPPED = {"PROTO": 1, "FRAME": 8, "READONLY_BUFFER": 0}


def _by_opcode(named: dict[str, int]) -> dict[int, int]:
    return {getattr(pickle, name)[0]: number for name, number in named.items()}


_SCALARS, _COUNTED, _GETS, _TUPLES, _FILLS, _KEYED, _SKIPPED = map(
    _by_opcode, (SCALARS, COUNTED, GETS, TUPLES, FILLS, KEYED, SKIPPED)
)
_EMPTY = {pickle.EMPTY_LIST[0], pickle.EMPTY_DICT[0], pickle.EMPTY_SET[0]}
_LONGS = {pickle.LONG1[0], pickle.LONG4[0]}
_FLOAT, _MEMOIZE, _MARK, _STOP = pickle.BINFLOAT[0], pickle.MEMOIZE[0], pickle.MARK[0], pickle.STOP[0]
_TUPLE, _FROZEN, _BUFFER = pickle.TUPLE[0], pickle.FROZENSET[0], pickle.NEXT_BUFFER[0]
_CALLED = {pickle.REDUCE[0], pickle.STACK_GLOBAL[0]}


def expect_light(data: bytes, buffer_sizes: Sequence[int] = ()) -> None:
    """ValueError, or IndexError, for bytes that `plain.dumps` does not write or that ask for too much."""
    _Scales(data, buffer_sizes).weigh()


class _Scales:
    """stack: weights where pickle has values. fences: where marks stand, below which nothing may be taken."""

    def __init__(self, data: bytes, buffer_sizes: Sequence[int]) -> None:
        self._data = data
        self._buffers = iter([1 + (each >> HEAVY) for each in buffer_sizes])
        self._most = MOST_SHARED + len(data) + (sum(buffer_sizes) >> HEAVY)
        self._hashed = 0
        self._stack: list[Weight] = []
        self._fences: list[int] = [0]
        self._memo: list[Weight] = []

    def weigh(self) -> None:
        data, stack, memo = self._data, self._stack, self._memo
        at, end = 0, len(data) - 1
        while at < end:
            code = data[at]
            at += 1
            if code == _MEMOIZE:
                memo.append(stack[-1])
            elif code == _FLOAT:
                at = self._floats(at - 1)
            elif code in _COUNTED:
                at = self._counted(code, at, _COUNTED[code])
            elif code in _SCALARS:
                at += _SCALARS[code]
                stack.append(PLAIN)
            elif code in _GETS:
                number = int.from_bytes(data[at : at + _GETS[code]], "little")
                at += _GETS[code]
                stack.append(_closed(memo[number]))
            elif code in _SKIPPED:
                at += _SKIPPED[code]
            else:
                self._join(code)
        if at != end or data[end] != _STOP or len(stack) != 1 or len(self._fences) != 1:
            raise ValueError("expected one whole value")

    def _floats(self, at: int) -> int:
        """All that follow one another. Like `_counted` it gives the place behind."""
        many = FLOATS.match(self._data, at)
        if many is None:
            raise ValueError("expected a number of eight bytes")
        self._stack.extend([PLAIN] * ((many.end() - at) // 9))
        return many.end()

    def _counted(self, code: int, at: int, width: int) -> int:
        length = int.from_bytes(self._data[at : at + width], "little")
        more = length >> (3 if code in _LONGS else HEAVY)
        self._stack.append((1 + more, 0) if more else PLAIN)
        return at + width + length

    def _join(self, code: int) -> None:
        stack = self._stack
        if code == _MARK:
            self._fences.append(len(stack))
        elif code in _EMPTY:
            stack.append([1, 0])
        elif code in _TUPLES:
            stack.append(self._together(self._taken(_TUPLES[code])))
        elif code == _TUPLE:
            stack.append(self._together(self._taken(0)))
        elif code in _FILLS:
            self._fill(code)
        elif code == _FROZEN:
            members = self._taken(0)
            self._hash(members)
            stack.append(self._together(members))
        elif code in _CALLED:
            stack.append(self._together(self._taken(2)))
        elif code == _BUFFER:
            stack.append((next(self._buffers, 1), 0))
        else:
            raise ValueError(f"expected an opcode that is written here, got {code}")

    def _taken(self, count: int) -> list[Weight]:
        """So many from the top, or all since the mark for 0."""
        start = len(self._stack) - count if count else self._fences.pop()
        if not self._fences or (count and start < self._fences[-1]):
            raise ValueError("expected values since the mark, got none")
        parts = self._stack[start:]
        del self._stack[start:]
        return parts

    def _together(self, parts: list[Weight], size: int = 1, depth: int = 0) -> Weight:
        if parts.count(PLAIN) == len(parts):
            return self._checked(size + len(parts), max(depth, 1))
        for each in parts:
            size += each[0]
            if each[1] >= depth:
                depth = each[1] + 1
            if type(each) is list:
                each.append(0)  # full: it is part of something now
        return self._checked(size, depth)

    def _checked(self, size: int, depth: int) -> Weight:
        if size > self._most or depth > MOST_DEEP:
            raise ValueError(f"expected a weight of {self._most}, a depth of {MOST_DEEP}, got {size}, {depth}")
        return size, depth

    def _fill(self, code: int) -> None:
        parts = self._taken(_FILLS[code])
        filled = self._stack[-1]
        if type(filled) is not list or len(self._stack) <= self._fences[-1]:
            raise ValueError("expected a list, dictionary or set that is being filled")
        if step := _KEYED.get(code):
            self._hash(parts[::step])
        filled[:] = self._together(parts, filled[0], filled[1])

    def _hash(self, keys: list[Weight]) -> None:
        """Looking a key up costs its weight, and as much again for each other whose hash is the same."""
        if keys.count(PLAIN) == len(keys):
            return
        self._hashed += sum(each[0] - 1 for each in keys)
        if self._hashed > MOST_HASHED:
            raise ValueError(f"expected keys of a weight of {MOST_HASHED}, got {self._hashed}")


def _closed(value: Weight) -> Weight:
    """What is fetched again: whole, and never filled any more. ValueError for what is being filled: it would hold
    itself."""
    if type(value) is list and len(value) == 2:
        raise ValueError("expected a value that is whole")
    return value[0], value[1]
