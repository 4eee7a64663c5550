"""What a page of metrics measures: data with its truth, where it came from, and the provenance of numbers about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from vizcore.photo import Photo
from vizcore.provenance import versions
from vizcore.results import Provenance

Data = TypeVar("Data")


@dataclass(frozen=True, eq=False)
class MeasuredData(Generic[Data]):
    """key: names the data, for what is kept of it. photos: the pictures behind it, or none. title: who answered.

    settings: what made the data, for its provenance. model, weights_sha256: of a loaded one.
    """

    operation: ClassVar[str]

    key: tuple[Any, ...]
    data: Data
    photos: tuple[Photo, ...]
    title: str
    settings: dict[str, Any]
    model: str = ""
    weights_sha256: str = ""

    def provenance(self, **settings: Any) -> Provenance:
        """Of numbers about this data."""
        return Provenance(
            operation=self.operation,
            model=self.model,
            weights_sha256=self.weights_sha256,
            photos_sha256=tuple(photo.sha256 for photo in self.photos),
            settings={**self.settings, **settings},
            seed=self.settings.get("seed"),
            versions=versions(),
        )
