"""How each checkpoint wants its pictures: named, versioned and traceable recipes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.photo import Photo
from vizcore.preprocessing.geometry import Placement, whole
from vizcore.preprocessing.steps import Filter, Pixels, centre_crop, cut_strip, resize, resize_shorter_side

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HALF = (0.5, 0.5, 0.5)
CLIP_MEAN, CLIP_DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class Step:
    """One step of a trace: its name, its parameters, and the picture after it (None where only numbers change)."""

    name: str
    values: dict[str, float | str]
    rgb: Pixels | None


@dataclass(frozen=True, eq=False)
class Prepared:
    """A photo as the model sees it: rgb (H, W, 3) uint8 before normalisation, the way back, and each step.

    exact (H, W, 3) in 0..255: what `rgb` rounds, where the library does not round.
    """

    rgb: NDArray[np.uint8]
    placement: Placement
    steps: tuple[Step, ...]
    exact: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Recipe:
    """Resize (shorter side to `shorter_side`, or stretched to `size` when that is 0), central crop to `size`,
    scale to [0, 1], subtract `mean`, divide by `deviation` (R, G, B)."""

    name: str
    shorter_side: int
    size: int
    kind: Filter
    mean: tuple[float, float, float] = IMAGENET_MEAN
    deviation: tuple[float, float, float] = IMAGENET_DEVIATION
    version: int = 1

    def prepare(self, photo: Photo) -> Prepared:
        """Everything but the normalisation, which happens inside the model so that its inputs stay in [0, 1]."""
        rgb, placement = photo.rgb, whole(photo.height, photo.width)
        steps = [Step("photo", {"width": photo.width, "height": photo.height}, None)]
        if self.shorter_side:
            rgb, placement = cut_strip(rgb, placement)
            rgb, placement = resize_shorter_side(rgb, placement, self.shorter_side, self.kind)
            steps.append(Step("resize_shorter_side", {"length": self.shorter_side, "filter": self.kind}, rgb))
            rgb, placement = centre_crop(rgb, placement, self.size, self.size)
            steps.append(Step("centre_crop", {"size": self.size}, rgb))
        else:
            rgb, placement = resize(rgb, placement, self.size, self.size, self.kind)
            steps.append(Step("stretch", {"size": self.size, "filter": self.kind}, rgb))
        steps.append(Step("normalise", {"mean": _text(self.mean), "deviation": _text(self.deviation)}, None))
        return Prepared(np.ascontiguousarray(rgb), placement, tuple(steps))


def _text(values: tuple[float, float, float]) -> str:
    return " ".join(f"{v:g}" for v in values)


# Names say what they do; sources: torchvision 0.29.1 weights metadata, the preprocessor files of the Hugging Face
# repositories as listed with the cards, timm 1.0.31's default configurations of the `tf_efficientnet_lite` networks.
RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("mini-160", 160, 160, "bilinear"),
        Recipe("imagenet-256-224-bilinear", 256, 224, "bilinear"),
        Recipe("imagenet-232-224-bilinear", 232, 224, "bilinear"),
        Recipe("imagenet-236-224-bilinear", 236, 224, "bilinear"),
        Recipe("imagenet-232-224-bicubic", 232, 224, "bicubic"),
        Recipe("imagenet-256-224-bicubic", 256, 224, "bicubic"),
        Recipe("half-224-bilinear", 0, 224, "bilinear", HALF, HALF),
        Recipe("clip-224-bicubic", 224, 224, "bicubic", CLIP_MEAN, CLIP_DEVIATION),
        Recipe("half-256-224-bicubic", 256, 224, "bicubic", HALF, HALF),
        Recipe("half-292-260-bicubic", 292, 260, "bicubic", HALF, HALF),
    )
}
