"""Which requests can one model call answer together, and how do they get their own answers back?

Photos of several visitors in one call cost less than one by one. The numbers may differ in their last digits from those
of a photo alone, since libraries choose other kernels for other sizes: so it happens only where it is asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import replace

from vizcore.engine.requests import NO_MODEL, Operation, Request
from vizcore.photo import Note, Photo
from vizcore.results import Result, ResultGroup

BATCHED = {  # an operation on one photo, and the one that does the same for several
    "vizcore.features.classes.classify": "vizcore.features.classes:classify_each",
    "vizcore.features.embedding.embed": "vizcore.features.embedding:embed_each",
}


def can_batch(request: Request) -> bool:
    single = isinstance(request.photo, Photo) and request.model_key != NO_MODEL
    return single and request.operation_name in BATCHED


def alike(one: Request, other: Request) -> bool:
    """Whether they differ in their photo alone."""
    return can_batch(other) and one.key._replace(photos=()) == other.key._replace(photos=())


def together(requests: Sequence[Request]) -> Request:
    """One request for all of them; its answer is a ResultGroup."""
    first = requests[0]
    photos = tuple(each.photo for each in requests)
    return Request(_operation(BATCHED[first.operation_name]), first.model_key, photos, first.settings)


def answers_of(group: Result | None, count: int) -> Sequence[Result | None]:
    """Each one's own answer, with what was measured of the call; all None where there is no answer for everybody."""
    if not isinstance(group, ResultGroup) or len(group.results) != count:
        return [None] * count
    known = group.provenance
    notes = (*known.notes, Note("batched", {"photos": count}))
    return [
        replace(
            each,
            provenance=replace(
                each.provenance, device=known.device, dtype=known.dtype, timing_ms=known.timing_ms, notes=notes
            ),
        )
        for each in group.results
    ]


def _operation(address: str) -> Operation:
    module, _, name = address.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]
