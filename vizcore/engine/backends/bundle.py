"""How do many inputs travel at once, without their pixels being copied into a pickle first and out of it again?

A bundle is one run of bytes: sizes, everything but the arrays' bytes (`plain`), then those bytes as they lie in memory.
Whoever opens it sees the arrays in place, where the bundle itself lies in shared memory in that very memory.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vizcore.engine.backends import plain
from vizcore.engine.backends.transport import Part
from vizcore.errors import MessageRefused

ALIGNED = 64  # bytes: arrays of every type may begin there
COUNTS = struct.Struct("<QQ")  # bytes of the pickle, number of arrays


def bundle(inputs: Mapping[str, Any]) -> Sequence[Part]:
    """The parts of a bundle of these inputs (hash -> value), to be written one after the other."""
    buffers: list[pickle.PickleBuffer] = []
    body = plain.dumps(dict(inputs), buffers.append)
    arrays = [each.raw() for each in buffers]
    sizes = struct.pack(f"<{len(arrays)}Q", *(each.nbytes for each in arrays))
    head = COUNTS.pack(len(body), len(arrays)) + sizes + body
    parts: list[Part] = [head, *arrays]
    padded: list[Part] = []
    for part in parts:
        padded += [part, bytes(-len(part) % ALIGNED)]
    return [each for each in padded if len(each)]


def open_bundle(data: Any, *, copied: bool = False, allowed: Iterable[str] = plain.OURS) -> dict[str, Any]:
    """hash -> value. data: any buffer of bytes; arrays are read-only views of it, and keep it. MessageRefused.

    copied: each array has bytes of its own. allowed: as `plain.loads`.
    """
    view = memoryview(data).cast("B").toreadonly()
    try:
        length, count = COUNTS.unpack_from(view)
        sizes = struct.unpack_from(f"<{count}Q", view, COUNTS.size)
    except (struct.error, MemoryError, OverflowError):
        raise MessageRefused from None
    start = COUNTS.size + 8 * count
    body, at = view[start : start + length], _aligned(start + length)
    arrays: list[bytes | memoryview] = []
    for size in sizes:
        arrays.append(bytes(view[at : at + size]) if copied else view[at : at + size])
        at = _aligned(at + size)
    inputs: dict[str, Any] = plain.loads(body, arrays, allowed)
    if type(inputs) is not dict:
        raise MessageRefused
    return inputs


def _aligned(offset: int) -> int:
    return -(-offset // ALIGNED) * ALIGNED
