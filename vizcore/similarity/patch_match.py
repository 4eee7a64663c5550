"""Which part of one photo is like which part of another, to a model?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import PhotosMissing
from vizcore.features.finite import finite_array
from vizcore.features.maps import stage_name
from vizcore.features.patches import PatchGrid, patch_features
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.similarity.directions import unit_rows
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class PatchMatchSettings:
    """stage: a key of the model's `stages`; "" for the one its class maps use."""

    stage: str = ""


@dataclass(frozen=True, eq=False)
class PatchMatches(Result):
    """cosines (patches of a, patches of b), float32, in reading order of the grids: ViT patches or CNN cells."""

    cosines: FloatArray
    grid_a: PatchGrid
    grid_b: PatchGrid
    stage: str

    def validate(self) -> None:
        expect_shape("cosines", self.cosines, (self.grid_a.count, self.grid_b.count))

    def row(self, patch: int) -> FloatArray:
        """(h, w) of b: how like each of its places is to this patch of a."""
        row: FloatArray = self.cosines[self._known(patch)].reshape(self.grid_b.shape_hw)
        return row

    def best(self, patch: int) -> tuple[int, float]:
        """The patch of b that is most like this one of a, and its cosine; the first of equal ones."""
        row = self.cosines[self._known(patch)]
        winner = int(row.argmax())
        return winner, float(row[winner])

    def second_best(self, patch: int) -> float:
        """The cosine of the next patch of b after the best one; NaN where there is no other."""
        row = self.cosines[self._known(patch)]
        return float(np.sort(row)[-2]) if len(row) > 1 else float("nan")

    def back(self, patch_of_b: int) -> int:
        """The patch of a that is most like this one of b; the first of equal ones."""
        return int(self.cosines[:, patch_of_b].argmax())

    def mutual(self) -> list[tuple[int, int, float]]:
        """(patch of a, patch of b, cosine) of pairs that choose each other, most alike first."""
        to_b, to_a = self.cosines.argmax(1), self.cosines.argmax(0)
        pairs = [(a, int(b), float(self.cosines[a, b])) for a, b in enumerate(to_b) if to_a[b] == a]
        return sorted(pairs, key=lambda pair: (-pair[2], pair[0]))

    def rows_for_display(self) -> NDArray[np.uint8]:
        """(patches of a, patches of b), 0..255: one scale from the lowest cosine at hand to 1.

        The matrix with which a browser answers clicks on patches alone.
        """
        low = float(self.cosines.min())
        scaled = (self.cosines - low) / max(1.0 - low, 1e-6)
        shown: NDArray[np.uint8] = np.rint(scaled.clip(0, 1) * 255).astype(np.uint8)
        return shown

    def _known(self, patch: int) -> int:
        if not 0 <= patch < self.grid_a.count:
            raise ValueError(f"expected a patch in 0..{self.grid_a.count - 1}, got {patch}")
        return patch


def patch_matches(
    model: FeatureModel, photo: tuple[Photo, ...], settings: PatchMatchSettings | None = None
) -> PatchMatches:
    """Cosine of every patch of the first photo with every patch of the second, from one pass.

    Errors: PhotosMissing for fewer than two photos, InvalidOutput for NaN.
    """
    settings = settings or PatchMatchSettings()
    photos = (photo,) if isinstance(photo, Photo) else photo
    if len(photos) != 2:
        raise PhotosMissing(needed=2, given=len(photos))
    stage = stage_name(model, settings.stage)
    maps, (grid_a, grid_b) = patch_features(model, photos, stage)
    features = finite_array(maps, model.card.key)  # (2, C, h, w)
    rows_a, rows_b = (unit_rows(each.reshape(len(each), -1).T) for each in features)
    cosines = (rows_a @ rows_b.T).clip(-1, 1).astype(np.float32)
    return PatchMatches(provenance_of("patch_matches", model, photos, settings), cosines, grid_a, grid_b, stage)
