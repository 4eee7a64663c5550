"""What does the model really see of a photo, and what was lost on the way?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.photo import Note, Photo
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.preprocessing.geometry import Box, Placement
from vizcore.preprocessing.recipes import RECIPES, Prepared, Step
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result
from vizcore.zoo.protocols import Detector, FeatureModel

VISIBLE = 0.005  # smaller changes of size or aspect are not worth a word


@dataclass(frozen=True, eq=False)
class ViewedStep:
    """One step: its name in the recipe, its parameters, and the picture after it (read-only)."""

    name: str
    values: dict[str, float | str]
    rgb: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class PreprocessingView(Result):
    """The way of a photo into a model.

    steps: photo, resize, stretch, crop or letterbox, normalise; the last picture shows the normalised numbers from the
    lowest (black) to the highest (white). effects: what a person should know, as codes with values: cropped_away
    (share), shrunk, enlarged (factor), stretched (ratio of the two factors), framed (share of the model's picture that
    is grey filling), normalised (low, high).
    """

    steps: tuple[ViewedStep, ...]
    effects: tuple[Note, ...]
    region_xyxy: Box
    scale_xy: tuple[float, float]
    cropped_share: float
    channel_mean: FloatArray
    channel_deviation: FloatArray

    @property
    def aspect_distortion(self) -> float:
        """How much wider (over 1) or narrower (under 1) things become."""
        return self.scale_xy[0] / self.scale_xy[1]


@torch.inference_mode()
def view_preprocessing(model: FeatureModel | Detector, photo: Photo, settings: None = None) -> PreprocessingView:
    """Every preprocessing step as a picture, and the effect of each as a number. Runs no network."""
    prepared = model.prepare(photo)
    recipe = RECIPES.get(model.card.recipe) or DETECTION_RECIPES[model.card.recipe]
    mean, deviation = np.array(recipe.mean), np.array(recipe.deviation)
    shown = prepared.rgb if prepared.exact is None else prepared.exact
    numbers = (shown / 255.0 - mean) / deviation  # (H, W, 3)
    pictures = {"photo": photo.rgb, "normalise": _spread(numbers)}
    return PreprocessingView(
        provenance_of("view_preprocessing", model, (photo,), settings),
        steps=tuple(_seen_step(step, pictures) for step in prepared.steps),
        effects=tuple(_effects(prepared, numbers)),
        region_xyxy=prepared.placement.region_xyxy(),
        scale_xy=prepared.placement.scale_xy,
        cropped_share=cropped_share(prepared.placement),
        channel_mean=numbers.mean((0, 1)),
        channel_deviation=numbers.std((0, 1)),
    )


def cropped_share(placement: Placement) -> float:
    """Share of the photo's area, in [0, 1], that the model is never given."""
    left, top, right, bottom = placement.region_xyxy()
    height, width = placement.photo_hw
    return max(0.0, 1.0 - (right - left) * (bottom - top) / (height * width))


def framed_share(placement: Placement) -> float:
    """Share of the model's picture, in [0, 1], that is filling around the photo."""
    (left, top), (right, bottom) = placement.to_model(np.array(placement.region_xyxy()).reshape(2, 2))
    height, width = placement.model_hw
    return max(0.0, 1.0 - float((right - left) * (bottom - top)) / (height * width))


def _seen_step(step: Step, pictures: dict[str, NDArray[np.uint8]]) -> ViewedStep:
    rgb = pictures[step.name] if step.rgb is None else step.rgb
    rgb = rgb if not rgb.flags.writeable else rgb.copy()
    rgb.flags.writeable = False
    return ViewedStep(step.name, step.values, rgb)


def _spread(numbers: FloatArray) -> NDArray[np.uint8]:
    low, high = float(numbers.min()), float(numbers.max())
    spread: NDArray[np.uint8] = np.rint((numbers - low) / max(high - low, 1e-9) * 255).astype(np.uint8)
    return spread


def _effects(prepared: Prepared, numbers: FloatArray) -> list[Note]:
    placement = prepared.placement
    across, down = placement.scale_xy
    factor = (across * down) ** 0.5
    found = []
    if (share := cropped_share(placement)) > VISIBLE:
        found.append(Note("cropped_away", {"share": share}))
    if abs(factor - 1) > VISIBLE:
        found.append(Note("shrunk" if factor < 1 else "enlarged", {"factor": factor}))
    if abs(across / down - 1) > 2 * VISIBLE:  # rounding the longer side to whole pixels is no distortion
        found.append(Note("stretched", {"ratio": across / down}))
    if (share := framed_share(placement)) > VISIBLE:
        found.append(Note("framed", {"share": share}))
    found.append(Note("normalised", {"low": float(numbers.min()), "high": float(numbers.max())}))
    return found
