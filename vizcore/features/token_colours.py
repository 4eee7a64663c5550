"""Which parts of a photo are alike to the model? Its patches in three colours: their main directions of difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.features.components import principal_components
from vizcore.features.finite import finite_array
from vizcore.features.maps import stage_name
from vizcore.features.outlier_tokens import CLIPPED_PERCENT
from vizcore.features.patches import PatchGrid, patch_features
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.zoo.protocols import FeatureModel

MIDDLE = 128  # where nothing differs


@dataclass(frozen=True)
class TokenColourSettings:
    """stage: a key of the model's `stages`; "" for the one its class maps use. clip: whether the few places at either
    end of a component are cut to its 2nd and 98th percentile before it becomes a colour."""

    stage: str = ""
    clip: bool = False


@dataclass(frozen=True, eq=False)
class TokenColours(Result):
    """colours (photos, h, w, 3): first three principal components as red, green, blue, one scale for all photos.

    shares (3,): of the variance of all patches that each component explains. One grid for each photo. norms
    (photos, h, w): length of each patch's vector.
    """

    colours: NDArray[np.uint8]
    shares: FloatArray
    grids: tuple[PatchGrid, ...]
    stage: str
    norms: FloatArray

    def validate(self) -> None:
        expect_shape("colours", self.colours, (len(self.grids), None, None, 3))
        expect_shape("shares", self.shares, (3,))
        expect_shape("norms", self.norms, self.colours.shape[:3])


def token_colours(
    model: FeatureModel, photo: Photo | tuple[Photo, ...], settings: TokenColourSettings | None = None
) -> TokenColours:
    """For one photo, or jointly for several, so that the same colour means the same in each. Error: InvalidOutput."""
    settings = settings or TokenColourSettings()
    photos = (photo,) if isinstance(photo, Photo) else photo
    stage = stage_name(model, settings.stage)
    maps, grids = patch_features(model, photos, stage)
    features = finite_array(maps, model.card.key)  # (photos, C, h, w)
    tokens = features.transpose(0, 2, 3, 1).reshape(-1, features.shape[1])
    components, shares = principal_components(tokens, 3)
    colours = to_bytes(components, clip=settings.clip).reshape(len(photos), *features.shape[2:], 3)
    provenance = provenance_of("token_colours", model, photos, settings)
    norms = np.linalg.norm(features, axis=1)
    return TokenColours(provenance, colours, shares, tuple(grids), stage, norms)


def to_bytes(components: FloatArray, *, clip: bool = False) -> NDArray[np.uint8]:
    """Each column from its smallest to its largest value -> 0..255; the middle where all are equal.

    clip: from the percentile `CLIPPED_PERCENT` to its opposite, what lies beyond at the ends.
    """
    ends = [CLIPPED_PERCENT, 100 - CLIPPED_PERCENT] if clip else [0, 100]
    low, high = np.percentile(components, ends, axis=0)
    span = np.where(high > low, high - low, 1.0)
    scaled = np.where(high > low, (components - low) / span * 255, MIDDLE)
    colours: NDArray[np.uint8] = np.rint(scaled.clip(0, 255)).astype(np.uint8)
    return colours
