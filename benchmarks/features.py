"""What do class maps cost beside the one forward pass that nobody can avoid, and do they equal the peers' maps?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytorch_grad_cam
import torch
import torchvision
from captum.attr import LayerGradCam
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.features import ClassMapSettings, ClassMapsSettings, class_map, class_maps, classify
from vizcore.features.class_maps import FORMULAS
from vizcore.photo import Photo
from vizcore.zoo.catalogue import card
from vizcore.zoo.feature_models import TorchFeatureModel

MODELS = ("resnet18", "vit_b_16")  # builders of torchvision, with random weights: the cost does not depend on them
TARGET = 281
ROUNDS = 9


def main() -> list[Measurement]:
    torch.set_num_threads(2)
    return [each for builder in MODELS for each in _measure(builder)]


def _measure(builder: str) -> list[Measurement]:
    model, photo = _model(builder), _photo()
    settings = ClassMapSettings(target=TARGET)
    several = ClassMapsSettings(tuple(FORMULAS), TARGET)
    forward: Callable[[], Any] = lambda: classify(model, photo)  # noqa: E731
    one = compare(
        f"features.grad_cam.{builder}",
        lambda: class_map(model, photo, settings),
        forward,
        rounds=ROUNDS,
        target=1.2,
        equal=lambda ours, _: _equals_peer(model, photo, ours.grid * ours.peak),
        peer_name="one forward pass",
    )
    five = compare(
        f"features.five_maps.{builder}",
        lambda: class_maps(model, photo, several),
        forward,
        rounds=ROUNDS,
        target=1.3,
        peer_name="one forward pass",
    )
    return [one, five, _passes(model, photo, several, builder)]


def _model(builder: str) -> TorchFeatureModel:
    torch.manual_seed(0)
    module = torchvision.models.get_model(builder, weights=None)
    if builder.startswith("vit"):
        torch.nn.init.normal_(module.heads.head.weight, std=0.1)  # torchvision starts the head at zero
    found = next(each for each in _cards() if each.facts.get("builder") == builder)
    return TorchFeatureModel(replace(found, files=()), module, [str(i) for i in range(1000)], "random", "cpu")


def _cards() -> list[Any]:
    from vizcore.zoo.catalogue import CARDS

    return [card(key) for key in CARDS]


def _photo() -> Photo:
    rng = np.random.default_rng(0)
    return Photo(rng.integers(0, 256, (480, 640, 3), dtype=np.uint8), "noise")


def _equals_peer(model: TorchFeatureModel, photo: Photo, ours: np.ndarray) -> bool:
    """captum for the CNN; pytorch-grad-cam, told how tokens are laid out, for the ViT."""
    stage = model.stages[str(model.card.facts["cam_stage"])]
    pixels = model.pixels([model.prepare(photo)]).requires_grad_(True)
    if model.card.family == "cnn":
        theirs = (
            LayerGradCam(model.logits, stage).attribute(pixels, TARGET, relu_attributions=True)[0, 0].detach().numpy()
        )
    else:
        normalised = model._normalised(pixels)
        with pytorch_grad_cam.GradCAM(model.module, [stage], reshape_transform=model.as_maps) as cam:
            targets = [ClassifierOutputTarget(TARGET)]
            cam(normalised, targets)
            kept = cam.activations_and_grads
            arrays = kept.activations[0].numpy(), kept.gradients[0].numpy()
            theirs = np.maximum(cam.get_cam_image(normalised, stage, targets, *arrays, False)[0], 0)
    worst = float(np.abs(ours - theirs).max())
    print(f"features.equality.{model.card.key} largest difference {worst:.2g} (peak {theirs.max():.2g})")
    return worst <= 1e-4 * float(theirs.max())


def _passes(model: TorchFeatureModel, photo: Photo, settings: ClassMapsSettings, builder: str) -> Measurement:
    calls: list[int] = []
    handle = model.module.register_forward_pre_hook(lambda module, args: calls.append(1))
    class_maps(model, photo, settings)
    handle.remove()
    found = Measurement(f"features.passes.{builder}", len(calls), "forward passes for five maps", 1)
    print(f"{found.name} {found.ours:g} {found.unit} target<=1 {'ok' if found.held else 'MISSED'}")
    return found
