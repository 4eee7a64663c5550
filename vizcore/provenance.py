"""From what and by what was a result computed, as far as the operation itself can know?

Device, number type and timings are added by whoever runs the operation (`vizcore.engine` or the command line).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import vizcore
from vizcore.photo import Photo
from vizcore.results import Provenance
from vizcore.zoo.protocols import LoadedModel

LIBRARIES = ("torch", "torchvision", "transformers")


def provenance_of(
    operation: str, model: LoadedModel, photos: Photo | Sequence[Photo] | None, settings: object = None
) -> Provenance:
    """Provenance of one answer; a `seed` among the settings (a dataclass, or None) is named a second time as such."""
    values = _as_mapping(settings)
    pictures = () if photos is None else (photos,) if isinstance(photos, Photo) else tuple(photos)
    return Provenance(
        operation=operation,
        model=model.card.key,
        weights_sha256=model.weights_sha256,
        recipe=model.card.recipe,
        photos_sha256=tuple(each.sha256 for each in pictures),
        settings=values,
        seed=values.get("seed"),
        versions=versions(),
    )


def versions() -> dict[str, str]:
    """Version of this project and of each library that numbers depend on, where it is installed."""
    return dict(_versions())


@lru_cache(maxsize=1)
def _versions() -> Mapping[str, str]:
    found = {"vizcore": vizcore.__version__}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _as_mapping(settings: object) -> dict[str, Any]:
    if settings is None:
        return {}
    if not is_dataclass(settings) or isinstance(settings, type):
        raise ValueError(f"expected settings as a dataclass or None, got {type(settings).__name__}")
    return asdict(settings)
