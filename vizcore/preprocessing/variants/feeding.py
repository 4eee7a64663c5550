"""What does a model get when its pipeline has a fault?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.photo import Photo
from vizcore.preprocessing.fitting import Exact
from vizcore.preprocessing.geometry import Placement
from vizcore.preprocessing.steps import Pixels
from vizcore.preprocessing.variants.fitting_faults import resampled
from vizcore.preprocessing.variants.table import AnyRecipe, Variant
from vizcore.preprocessing.variants.value_faults import normalised
from vizcore.results import FloatArray


@dataclass(frozen=True, eq=False)
class Fed:
    """values (H, W, 3) float32: handed to a model that normalises by itself, so right ones are in [0, 1].

    placement: from the pixels that came out of the file. network (H, W, 3): after normalisation.
    """

    values: Exact
    placement: Placement
    network: Exact

    @property
    def shown(self) -> Pixels:
        """The picture as the model sees it: the values as colours, what lies outside [0, 1] cut off."""
        return np.rint(np.clip(self.values, 0, 1) * 255).astype(np.uint8)


def right_photo(photo: Photo, variant: Variant | None) -> Photo:
    """The photo that the right pipeline makes of the file in which the fault happens."""
    if variant is None or variant.reference is None:
        return photo
    return Photo(variant.reference(photo.rgb), photo.name)


def faulty_photo(photo: Photo, variant: Variant | None) -> Photo:
    """The photo after the fault of its pixels; unchanged for a fault of fit or numbers."""
    if variant is None or variant.photo is None:
        return photo
    return Photo(variant.photo(photo.rgb), photo.name)


def feed(recipe: AnyRecipe, photo: Photo, variant: Variant | None = None) -> Fed:
    """The photo through the recipe with one fault; without one, exactly what the model's adapter would feed."""
    source = faulty_photo(photo, variant)
    prepared = recipe.prepare(source)
    placement, pixels = prepared.placement, prepared.rgb if prepared.exact is None else prepared.exact
    if variant is not None and variant.refit is not None:
        move, sampling = variant.refit
        placement = placement if move is None else move(placement)
        pixels = resampled(source.rgb, placement, sampling)
    values: Exact = pixels.astype(np.float32) / np.float32(255)
    if variant is not None and variant.values is not None:
        values = variant.values(values, recipe)
    return Fed(values, placement, normalised(values, recipe))


def turned_back(boxes_xyxy: FloatArray, quarters: int, size_wh: tuple[int, int]) -> FloatArray:
    """Boxes (n, 4) found in a photo turned against the clock, in pixels of the upright photo of size_wh."""
    boxes = np.asarray(boxes_xyxy, np.float64).reshape(-1, 4)
    width = size_wh[0]
    if quarters % 4 == 0:
        return boxes
    if quarters % 4 != 1:
        raise ValueError(f"expected 0 or 1 quarter turn, got {quarters}")
    x0, y0, x1, y1 = boxes.T  # of the turned photo, which is as high as the upright one is wide
    return np.stack([width - y1, x0, width - y0, x1], axis=1)
