"""Under which key does an input of a call travel and lie? A photo under its hash, what was made of it under its own.

An embedding bears the hash of its photo, since answers about it are answers about the photo; but it is neither the
photo nor another model's embedding, and must not be handed out in their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vizcore.engine.fingerprint import field_names, fingerprint
from vizcore.photo import Photo
from vizcore.results import Result

APART = "|"


def key_of(value: Any) -> str:
    """Of a photo, or of another input with a `sha256`."""
    if type(value) is Photo:
        return value.sha256
    return f"{value.sha256}{APART}{fingerprint(tuple(_made_from(value)))}"


def has_key(value: object) -> bool:
    """Whether it can be an input: answers about it are told apart by its hash."""
    return bool(getattr(value, "sha256", ""))


def photo_of(key: str) -> str:
    """The hash of the photo that this is, or was made of."""
    return key.partition(APART)[0]


def _made_from(value: Any) -> Iterator[object]:
    kind: Any = type(value)
    yield f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, Result):
        made = value.provenance
        yield from (made.operation, made.model, made.weights_sha256, made.recipe, made.settings)
        return
    for name in field_names(kind):
        if hasattr(part := getattr(value, name), "sha256"):
            yield key_of(part)
