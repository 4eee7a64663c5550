"""How each detector wants its pictures: named, versioned and traceable recipes that lose nothing of the photo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vizcore.photo import Photo
from vizcore.preprocessing.fitting import (
    Exact,
    fill_strip,
    fitting_size,
    letterbox,
    resize_exactly,
    shrunk_size,
    stretch,
)
from vizcore.preprocessing.geometry import Placement, whole
from vizcore.preprocessing.recipes import IMAGENET_DEVIATION, IMAGENET_MEAN, Prepared, Step
from vizcore.preprocessing.steps import Pixels

Layout = Literal["letterbox", "letterbox-rectangle", "stretch", "stretch-exact", "shorter-side", "shorter-side-exact"]
Fitted = tuple[Pixels, Placement, tuple[Step, ...], Exact | None]

STRIDE = 32
UNCHANGED_MEAN, UNCHANGED_DEVIATION = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class DetectionRecipe:
    """The whole photo fitted by `layout`, then [0, 1], minus `mean`, divided by `deviation` (R, G, B).

    size: side of the square, longer side of a rectangle, or shorter side. longest: limit of the longer side.
    """

    name: str
    layout: Layout
    size: int
    longest: int = 0
    mean: tuple[float, float, float] = UNCHANGED_MEAN
    deviation: tuple[float, float, float] = UNCHANGED_DEVIATION
    version: int = 1

    def prepare(self, photo: Photo) -> Prepared:
        """Everything but the normalisation, which happens inside the model so that its inputs stay in [0, 1]."""
        start = whole(photo.height, photo.width)
        rgb, placement, steps, exact = LAYOUTS[self.layout](self, photo.rgb, start)
        first = Step("photo", {"width": photo.width, "height": photo.height}, None)
        last = Step("normalise", {"mean": _text(self.mean), "deviation": _text(self.deviation)}, None)
        return Prepared(np.ascontiguousarray(rgb), placement, (first, *steps, last), exact)


def _letterbox(recipe: DetectionRecipe, rgb: Pixels, placement: Placement) -> Fitted:
    stride = STRIDE if recipe.layout == "letterbox-rectangle" else 0
    framed, moved = letterbox(rgb, placement, recipe.size, stride)
    height, width = framed.shape[:2]
    return framed, moved, (Step("letterbox", {"width": width, "height": height}, framed),), None


def _stretch(recipe: DetectionRecipe, rgb: Pixels, placement: Placement) -> Fitted:
    resized, moved = stretch(rgb, placement, recipe.size, recipe.size)
    return resized, moved, (Step("stretch", {"size": recipe.size, "filter": "bilinear"}, resized),), None


def _stretch_exact(recipe: DetectionRecipe, rgb: Pixels, placement: Placement) -> Fitted:
    exact, moved = resize_exactly(rgb, placement, recipe.size, recipe.size)
    shown = np.rint(exact).astype(np.uint8)
    return shown, moved, (Step("stretch", {"size": recipe.size, "filter": "bilinear"}, shown),), exact


def _shorter_side(recipe: DetectionRecipe, rgb: Pixels, placement: Placement) -> Fitted:
    rgb, placement, steps = _without_strip(rgb, placement)
    height, width = shrunk_size(rgb.shape[0], rgb.shape[1], recipe.size, recipe.longest)
    resized, moved = stretch(rgb, placement, height, width)
    values: dict[str, float | str] = {"length": recipe.size, "longest": recipe.longest, "filter": "bilinear"}
    return resized, moved, (*steps, Step("resize_shorter_side", values, resized)), None


def _shorter_side_exact(recipe: DetectionRecipe, rgb: Pixels, placement: Placement) -> Fitted:
    rgb, placement, steps = _without_strip(rgb, placement)
    height, width = fitting_size(rgb.shape[0], rgb.shape[1], recipe.size, recipe.longest)
    exact, moved = resize_exactly(rgb, placement, height, width)
    shown = np.rint(exact).astype(np.uint8)
    values: dict[str, float | str] = {"length": recipe.size, "longest": recipe.longest, "filter": "bilinear"}
    return shown, moved, (*steps, Step("resize_shorter_side", values, shown)), exact


def _without_strip(rgb: Pixels, placement: Placement) -> tuple[Pixels, Placement, tuple[Step, ...]]:
    filled, moved = fill_strip(rgb, placement)
    if filled is rgb:
        return rgb, placement, ()
    height, width = filled.shape[:2]
    return filled, moved, (Step("fill_strip", {"width": width, "height": height}, filled),)


LAYOUTS: Mapping[Layout, Callable[[DetectionRecipe, Pixels, Placement], Fitted]] = {
    "letterbox": _letterbox,
    "letterbox-rectangle": _letterbox,
    "stretch": _stretch,
    "stretch-exact": _stretch_exact,
    "shorter-side": _shorter_side,
    "shorter-side-exact": _shorter_side_exact,
}


def _text(values: tuple[float, float, float]) -> str:
    return " ".join(f"{v:g}" for v in values)


# Sources: ultralytics 8.4.190 (`LetterBox` with rect), transformers 5.23.0 (image processors of the models, with the
# sizes of their repositories), torchvision 0.29.1 (`GeneralizedRCNNTransform` and the builders' sizes).
DETECTION_RECIPES = {
    recipe.name: recipe
    for recipe in (
        DetectionRecipe("letterbox-256", "letterbox", 256),
        DetectionRecipe("letterbox-320", "letterbox", 320),
        DetectionRecipe("letterbox-640", "letterbox-rectangle", 640),
        DetectionRecipe("stretch-640", "stretch", 640),
        DetectionRecipe("stretch-384-imagenet", "stretch-exact", 384, 0, IMAGENET_MEAN, IMAGENET_DEVIATION),
        DetectionRecipe("shorter-800-imagenet", "shorter-side", 800, 1333, IMAGENET_MEAN, IMAGENET_DEVIATION),
        DetectionRecipe("exact-800-imagenet", "shorter-side-exact", 800, 1333, IMAGENET_MEAN, IMAGENET_DEVIATION),
        DetectionRecipe("exact-320-imagenet", "shorter-side-exact", 320, 640, IMAGENET_MEAN, IMAGENET_DEVIATION),
    )
}
