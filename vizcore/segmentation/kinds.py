"""What is in a photo, cut up and named: semantic, instance and panoptic segmentation in one form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.masks.panoptic import Segments
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape

Kind = Literal["semantic", "instance", "panoptic"]
KINDS: tuple[Kind, ...] = ("semantic", "instance", "panoptic")


@dataclass(frozen=True)
class KindSettings:
    """least_score: objects that the model is less sure of are left out (semantic models decide by pixel instead)."""

    least_score: float = 0.5


@dataclass(frozen=True, eq=False)
class SegmentMap(Result):
    """A photo cut into segments that do not overlap.

    numbers (H, W): 0 for no segment, k for segment k; class_ids (n,) into `labels`, scores (n,) in [0, 1] or NaN for
    what nobody is sure of. things: for each label, whether it can be counted. contested: pixels that two or more
    objects claimed before the surest got them, at the size the model worked at.
    """

    numbers: NDArray[np.integer[Any]]
    class_ids: NDArray[np.integer[Any]]
    scores: FloatArray
    labels: tuple[str, ...]
    things: tuple[bool, ...]
    kind: str
    contested: int = 0

    def validate(self) -> None:
        count = len(self.class_ids)
        expect_shape("numbers", self.numbers, (None, None))
        expect_shape("class_ids", self.class_ids, (count,))
        expect_shape("scores", self.scores, (count,))
        if self.kind not in KINDS:
            raise ValueError(f"expected a kind of {KINDS}, got {self.kind}")
        if len(self.things) != len(self.labels):
            raise ValueError(f"expected things for {len(self.labels)} labels, got {len(self.things)}")
        if int(self.numbers.max(initial=0)) > count:
            raise ValueError(f"expected numbers up to {count}, got {self.numbers.max()}")

    def __len__(self) -> int:
        return len(self.class_ids)

    @property
    def areas(self) -> NDArray[np.int64]:
        """Pixels of each segment (n,)."""
        return np.bincount(self.numbers.ravel(), minlength=len(self) + 1)[1:].astype(np.int64)

    def names(self) -> list[str]:
        """What each segment is."""
        return [self.labels[int(each)] for each in self.class_ids]

    def segments(self) -> Segments:
        """The same as the metrics take it."""
        return Segments(self.numbers, self.class_ids)

    def to_json(self) -> dict[str, Any]:
        """The segments with their areas; the map itself leaves as a picture, not as numbers in a text."""
        content = super().to_json()
        height, width = self.numbers.shape
        content.pop("numbers")
        return content | {"areas": self.areas.tolist(), "size_wh": [width, height], "names": self.names()}


def segment_photo(model: Any, photo: Photo, settings: KindSettings | None = None) -> SegmentMap:
    """The photo's segments by a model of `vizcore.zoo.segmentation_models`, in photo pixels (enlarged from the size the
    model worked at, without smoothing)."""
    import cv2

    settings = settings or KindSettings()
    found = model.cut(photo, settings.least_score)
    numbers = found.numbers
    if numbers.shape != (photo.height, photo.width):
        numbers = cv2.resize(numbers, (photo.width, photo.height), interpolation=cv2.INTER_NEAREST_EXACT)
    return SegmentMap(
        provenance=provenance_of("segment_photo", model, photo, settings),
        numbers=numbers,
        class_ids=found.class_ids,
        scores=found.scores,
        labels=model.labels,
        things=model.things,
        kind=model.kind,
        contested=found.contested,
    )
