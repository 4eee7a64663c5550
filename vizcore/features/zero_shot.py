"""Which of these sentences fits the photo best? Classes without training, by a model that reads (CLIP).

p = softmax(s cos(v, t_i)), v the photo's vector, t_i that of sentence i, s the model's own scale (Radford et al. 2021,
section 3.1.2). The probabilities are shares among the given sentences: something always wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import torch

from vizcore.errors import LabelsInvalid, ModelCannot
from vizcore.features.finite import finite_array
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.zoo.protocols import FeatureModel, ReadsText

FEWEST, MOST = 2, 50
PLACE = "{}"


@dataclass(frozen=True)
class ZeroShotSettings:
    """labels: in the language that the model reads. sentence: each label is put where "{}" stands."""

    labels: tuple[str, ...] = ("cat", "dog", "bird", "car", "cup of coffee", "rocket")
    sentence: str = "a photo of a {}"


@dataclass(frozen=True, eq=False)
class ZeroShot(Result):
    """cosines (n,) in [-1, 1] and probabilities (n,), one for each label in the given order; scale > 0."""

    labels: tuple[str, ...]
    sentences: tuple[str, ...]
    cosines: FloatArray
    probabilities: FloatArray
    scale: float

    def validate(self) -> None:
        expect_shape("cosines", self.cosines, (len(self.labels),))
        expect_shape("probabilities", self.probabilities, (len(self.labels),))

    def order(self) -> list[int]:
        """Places of the labels, best first."""
        return [int(place) for place in np.argsort(-self.cosines, kind="stable")]


def labels_of(text: str) -> tuple[str, ...]:
    """Labels, one a line or parted by commas; empty ones and repetitions are left out. Errors: LabelsInvalid."""
    found = tuple(dict.fromkeys(" ".join(each.split()) for each in re.split(r"[\n,;]", text)))
    labels = tuple(each for each in found if each)
    _check(labels)
    return labels


@torch.inference_mode()
def zero_shot(model: FeatureModel, photo: Photo, settings: ZeroShotSettings | None = None) -> ZeroShot:
    """Errors: ModelCannot for a model that reads no text, LabelsInvalid, InvalidOutput for NaN."""
    settings = settings or ZeroShotSettings()
    _check(settings.labels)
    if not isinstance(model, ReadsText):
        raise ModelCannot(model=model.card.key, ability="text")
    sentences = tuple(settings.sentence.replace(PLACE, label) for label in settings.labels)
    seen = model.embed(model.pixels([model.prepare(photo)]))
    read = model.embed_texts(sentences)
    units = (torch.nn.functional.normalize(each.double(), dim=1) for each in (read, seen))
    texts, picture = units
    cosines = (texts @ picture[0]).clamp(-1, 1)
    scale = model.logit_scale
    probabilities = (scale * cosines).softmax(0)
    return ZeroShot(
        provenance_of("zero_shot", model, (photo,), settings),
        settings.labels,
        sentences,
        finite_array(cosines, model.card.key),
        finite_array(probabilities, model.card.key),
        scale,
    )


def _check(labels: tuple[str, ...]) -> None:
    if len(labels) < FEWEST:
        raise LabelsInvalid(reason="few", label="", limit=FEWEST, given=len(labels))
    if len(labels) > MOST:
        raise LabelsInvalid(reason="many", label="", limit=MOST, given=len(labels))
