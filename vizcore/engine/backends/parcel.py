"""Which inputs of a call travel with it, which are there before it, and which may follow while the work has begun?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vizcore.engine.backends.references import size_of
from vizcore.photo import Photo

WITH_CALL_BYTES = 2_000_000  # up to here a copy within the call costs less than the way through the object store
NEAR_WITH_CALL_BYTES = 100_000  # and up to here less than sealed memory, which a replica on this machine reads
NEAR_BEFORE_BYTES = 4_000_000  # sealed in a millisecond or two: eight common photos, one call of a model


@dataclass(frozen=True)
class Parcel:
    """key -> input, in the order in which the operation is given them.

    before: goes through the object store, or sealed memory, and is there when the work begins. after: photos, which it
    waits for one by one as it needs them.
    """

    with_call: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def sort_out(inputs: Mapping[str, Any], *, near: bool = False) -> Parcel:
    """There is something to begin with: the first inputs, as many as fit into the call, or else the first photo.

    near: for a replica that reads this process's sealed memory.
    """
    in_call, at_first = (NEAR_WITH_CALL_BYTES, NEAR_BEFORE_BYTES) if near else (WITH_CALL_BYTES, 0)
    with_call: dict[str, Any] = {}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    size = 0
    for key, value in inputs.items():
        size += size_of(value)
        if size <= in_call:
            with_call[key] = value
        elif isinstance(value, Photo) and size > at_first and (with_call or before):
            after[key] = value
        else:
            before[key] = value
    return Parcel(with_call, before, after)
