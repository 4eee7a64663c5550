"""Where in the photo is the evidence for a class?

Every method weighs the activations of one stage (`activation`, (C, h, w)) with the gradient of the class's logit with
respect to them (`gradient`, same shape) and returns a map (h, w); what is below zero speaks against the class and is
cut. They share one forward and one backward pass. Sources stand with each method.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from vizcore.errors import InvalidOutput, UnknownClass
from vizcore.features.finite import finite_array
from vizcore.features.maps import stage_name
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import Prepared
from vizcore.provenance import provenance_of
from vizcore.results import Heatmap
from vizcore.zoo.inner_life import differentiable_from
from vizcore.zoo.protocols import FeatureModel

Method = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def grad_cam(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """Channels weighted by their mean gradient (Selvaraju et al. 2017)."""
    weights = gradient.mean(dim=(1, 2), keepdim=True)  # (C, 1, 1)
    return (weights * activation).sum(0)


def grad_cam_plus_plus(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """Positive gradients weighted by their share of evidence, for several objects (Chattopadhay et al. 2018)."""
    square, cube = gradient**2, gradient**3
    denominator = 2 * square + activation.sum(dim=(1, 2), keepdim=True) * cube
    share = torch.where(gradient != 0, square / torch.where(denominator != 0, denominator, 1.0), 0.0)
    weights = (share * gradient.relu()).sum(dim=(1, 2), keepdim=True)
    return (weights * activation).sum(0)


def hires_cam(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """Gradient times activation at each place, without averaging first (Draelos and Carin 2020)."""
    return (gradient * activation).sum(0)


def layer_cam(activation: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
    """As HiResCAM with positive gradients only, good on early layers (Jiang et al. 2021)."""
    return (gradient.relu() * activation).sum(0)


METHODS: dict[str, Method] = {
    "grad-cam": grad_cam,
    "grad-cam++": grad_cam_plus_plus,
    "hirescam": hires_cam,
    "layercam": layer_cam,
}


@dataclass(frozen=True)
class ClassMapSettings:
    """method: a key of METHODS. target: class index, None for the model's first answer. stage: "" for the card's."""

    method: str = "grad-cam"
    target: int | None = None
    stage: str = ""


def class_map(model: FeatureModel, photo: Photo, settings: ClassMapSettings | None = None) -> Heatmap:
    """The evidence map of one class over the part of the photo that the model sees.

    Errors: ModelCannot without a head, UnknownClass for an index out of range, InvalidOutput for NaN.
    """
    settings = settings or ClassMapSettings()
    stage = stage_name(model, settings.stage)
    prepared = model.prepare(photo)
    activation, gradient, target = _evidence(model, prepared, stage, settings.target)
    raw = METHODS[settings.method](activation, gradient).relu()
    grid = finite_array(raw, model.card.key)
    peak = float(grid.max())
    return Heatmap(
        provenance_of("class_map", model, (photo,), settings),
        grid=grid / peak if peak > 0 else grid,
        region_xyxy=prepared.placement.region_xyxy(),
        method=settings.method,
        layer=stage,
        target=model.labels[target],
        peak=peak,
    )


def _evidence(
    model: FeatureModel, prepared: Prepared, stage: str, target: int | None
) -> tuple[torch.Tensor, torch.Tensor, int]:
    """Activation and gradient (C, h, w) of the stage for the class, and the class that was meant."""
    with differentiable_from({stage: model.stages[stage]}) as seen:
        logits = model.logits(model.pixels([prepared]))[0]
        if target is not None and not 0 <= target < len(logits):
            raise UnknownClass(wanted=target, model=model.card.key)
        if not torch.isfinite(logits).all():
            raise InvalidOutput(model=model.card.key)
        meant = int(logits.argmax()) if target is None else target
        (gradient,) = torch.autograd.grad(logits[meant], seen[stage])
    return model.as_maps(seen[stage].detach())[0].float(), model.as_maps(gradient)[0].float(), meant
