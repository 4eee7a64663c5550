"""What one forward and one backward pass say about a class: the common ground of all class maps."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vizcore.errors import InvalidOutput, ModelCannot, UnknownClass
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import RECIPES, Prepared
from vizcore.zoo.hooks import differentiable_from
from vizcore.zoo.protocols import FeatureModel

BATCH = 16  # pictures in one pass where a method needs many


@dataclass(frozen=True, eq=False)
class Evidence:
    """activation, gradient (C, h, w): one stage, and the class's logit differentiated by it.

    pixels (1, 3, S, S) in [0, 1]: the photo as the model was given it. target: the class that is meant.
    """

    model: FeatureModel
    prepared: Prepared
    pixels: torch.Tensor
    stage: str
    target: int
    logits: torch.Tensor
    activation: torch.Tensor
    gradient: torch.Tensor

    def scores(self, pictures: torch.Tensor) -> torch.Tensor:
        """Logit of the target for each of these pictures (n, 3, S, S); InvalidOutput for NaN."""
        return target_logits(self.model, pictures)[:, self.target]

    def probabilities(self, pictures: torch.Tensor) -> torch.Tensor:
        """Softmax probability of the target for each of these pictures (n, 3, S, S), float64."""
        return target_logits(self.model, pictures).double().softmax(1)[:, self.target]


def gather_evidence(model: FeatureModel, photo: Photo, stage: str, target: int | None) -> Evidence:
    """One forward pass, and one backward pass down to the stage, for `target` or the model's first answer.

    Errors: ModelCannot without a head or where no gradient can be had, UnknownClass for an index that the model lacks,
    InvalidOutput for NaN.
    """
    if model.card.facts.get("scores_only"):
        raise ModelCannot(model=model.card.title, ability="gradient")
    prepared = model.prepare(photo)
    pixels = model.pixels([prepared])
    with differentiable_from({stage: model.stages[stage]}) as seen:
        logits = model.logits(pixels)[0]
        meant = chosen_class(logits, target, model.card.key)
        (gradient,) = torch.autograd.grad(logits[meant], seen[stage])
    activation = model.as_maps(seen[stage].detach())[0].float()
    slopes = model.as_maps(gradient)[0].float()
    return Evidence(model, prepared, pixels, stage, meant, logits.detach(), activation, slopes)


def gather_scores(model: FeatureModel, photo: Photo, target: int | None) -> Evidence:
    """One forward pass, for methods of scores alone: no stage; activation and gradient are empty. Errors as above."""
    prepared = model.prepare(photo)
    pixels = model.pixels([prepared])
    logits = target_logits(model, pixels)[0]
    nothing = torch.zeros(0, 0, 0)
    return Evidence(model, prepared, pixels, "", chosen_class(logits, target, model.card.key), logits, nothing, nothing)


def chosen_class(logits: torch.Tensor, target: int | None, model_key: str) -> int:
    """`target`, or the class with the highest logit (classes,) for None."""
    if target is not None and not 0 <= target < len(logits):
        raise UnknownClass(wanted=target, model=model_key)
    if not torch.isfinite(logits).all():
        raise InvalidOutput(model=model_key)
    return int(logits.argmax()) if target is None else target


def in_batches(tensor: torch.Tensor) -> list[torch.Tensor]:
    """Its first dimension in parts of at most BATCH."""
    return [tensor[start : start + BATCH] for start in range(0, len(tensor), BATCH)]


@torch.inference_mode()
def target_logits(model: FeatureModel, pictures: torch.Tensor) -> torch.Tensor:
    """(n, classes) on the CPU, computed in batches; InvalidOutput for NaN."""
    found = torch.cat([model.logits(part).float().cpu() for part in in_batches(pictures)])
    if not torch.isfinite(found).all():
        raise InvalidOutput(model=model.card.key)
    return found


def blank_colour(model: FeatureModel) -> torch.Tensor:
    """(3, 1, 1): the mean colour of the model's training pictures, which is zero after normalisation."""
    recipe = model.card.facts.get("given_recipe") or RECIPES[model.card.recipe]
    return torch.tensor(recipe.mean, device=model.device).view(3, 1, 1)


def kept_where(pixels: torch.Tensor, masks: torch.Tensor, blank: torch.Tensor) -> torch.Tensor:
    """pixels (1, 3, S, S) where masks (n, 1, S, S) are 1, `blank` (3, 1, 1) where they are 0 -> (n, 3, S, S)."""
    return blank + masks * (pixels - blank)
