"""Which patch of the model's grid lies under which pixel of the photo?"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vizcore.photo import Photo
from vizcore.preprocessing.geometry import Box
from vizcore.preprocessing.recipes import Prepared
from vizcore.zoo.hooks import captured
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class PatchGrid:
    """shape_hw: rows and columns of ViT patches or CNN cells. region_xyxy: the part of the photo they cover."""

    shape_hw: tuple[int, int]
    region_xyxy: Box

    @property
    def count(self) -> int:
        return self.shape_hw[0] * self.shape_hw[1]

    def box_of(self, patch: int) -> Box:
        """The patch's rectangle in photo pixels."""
        if not 0 <= patch < self.count:
            raise ValueError(f"expected a patch in 0..{self.count - 1}, got {patch}")
        left, top, right, bottom = self.region_xyxy
        row, column = divmod(patch, self.shape_hw[1])
        high, wide = (bottom - top) / self.shape_hw[0], (right - left) / self.shape_hw[1]
        return left + column * wide, top + row * high, left + (column + 1) * wide, top + (row + 1) * high


def patch_grid(prepared: Prepared, shape_hw: tuple[int, int]) -> PatchGrid:
    """The grid of this shape over the part of the photo that the model was given."""
    return PatchGrid(shape_hw, prepared.placement.region_xyxy())


@torch.inference_mode()
def patch_features(model: FeatureModel, photos: tuple[Photo, ...], stage: str) -> tuple[torch.Tensor, list[PatchGrid]]:
    """(photos, C, h, w) of the stage, in one pass, and each photo's grid."""
    prepared = [model.prepare(photo) for photo in photos]
    with captured({stage: model.stages[stage]}) as seen:
        model.embed(model.pixels(prepared))
    maps = model.as_maps(seen[stage]).float()
    return maps, [patch_grid(each, (int(maps.shape[2]), int(maps.shape[3]))) for each in prepared]
