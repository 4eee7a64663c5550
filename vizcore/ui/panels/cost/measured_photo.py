"""Of which photo is a measurement? Those of another one are neither shown nor kept, nor run beside a new one."""

from __future__ import annotations

from vizcore.photo import Photo
from vizcore.ui.session import visit
from vizcore.zoo.cards import ModelCard


def key_of_photo(purpose: str, card: ModelCard, photo: Photo) -> str:
    """The key of this photo's job on this model; jobs of the same purpose on other photos are stopped and forgotten."""
    mark = photo.sha256[:8]
    held = visit()
    for key in [*held.jobs]:
        if key.startswith(f"{purpose}.") and not key.endswith(f".{mark}"):
            held.jobs.pop(key).cancel()
    return f"{purpose}.{card.key}.{mark}"
