"""Class maps by hand, against captum, on CNN, ViT and Swin, and what they leave behind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam

from tests.tiny_models import noise_photo, tiny_cnn, tiny_swin, tiny_vit
from vizcore.errors import InvalidOutput, UnknownClass
from vizcore.features import METHODS, ClassMapSettings, class_map, classify
from vizcore.features.class_maps import grad_cam, grad_cam_plus_plus, hires_cam, layer_cam
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.inner_life import captured

MAKERS = [tiny_cnn, tiny_vit, tiny_swin]
ACTIVATION = torch.tensor([[[1.0, 2.0], [0.0, 1.0]], [[3.0, 0.0], [1.0, 1.0]]])
GRADIENT = torch.tensor([[[1.0, 1.0], [1.0, 1.0]], [[-1.0, 0.0], [0.0, -1.0]]])


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (grad_cam, [[1 - 1.5, 2.0], [0 - 0.5, 1 - 0.5]]),  # channel weights 1 and -0.5
        (hires_cam, [[1 - 3.0, 2.0], [0.0, 1 - 1.0]]),
        (layer_cam, [[1.0, 2.0], [0.0, 1.0]]),
    ],
)
def test_by_hand(method: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], expected: list[list[float]]) -> None:
    assert torch.allclose(method(ACTIVATION, GRADIENT), torch.tensor(expected))


def test_grad_cam_plus_plus_by_hand() -> None:
    """Channel 0: gradient 1 everywhere, sum of activations 4, so each share is 1 / (2 + 4) and the weight 4 / 6."""
    assert torch.allclose(grad_cam_plus_plus(ACTIVATION, GRADIENT), 4 / 6 * ACTIVATION[0])


@pytest.mark.parametrize("method", list(METHODS))
def test_no_gradient_is_an_empty_map(method: str) -> None:
    assert METHODS[method](ACTIVATION, torch.zeros_like(GRADIENT)).abs().sum() == 0


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("target", [0, 7])
def test_grad_cam_equals_captum(make: Callable[[], TorchFeatureModel], target: int) -> None:
    model, photo = make(), noise_photo()
    ours = class_map(model, photo, ClassMapSettings(target=target))
    stage = str(model.card.facts["cam_stage"])
    pixels = model.pixels([model.prepare(photo)]).requires_grad_(True)
    if make is tiny_cnn:
        attribution = LayerGradCam(model.logits, model.stages[stage])
        theirs = attribution.attribute(pixels, target, relu_attributions=True)[0, 0].detach().numpy()
    else:  # captum averages over the wrong axes of tokens, so the oracle is the definition on plain autograd
        with captured({stage: model.stages[stage]}) as seen:
            logit = model.logits(pixels)[0, target]
        (gradient,) = torch.autograd.grad(logit, seen[stage])
        maps, slopes = model.as_maps(seen[stage])[0], model.as_maps(gradient)[0]
        theirs = (slopes.mean((1, 2), keepdim=True) * maps).sum(0).relu().detach().numpy()
    assert np.allclose(ours.grid * ours.peak, theirs, atol=1e-4 * max(1.0, float(theirs.max())))


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_on_every_family(make: Callable[[], TorchFeatureModel], method: str) -> None:
    heatmap = class_map(make(), noise_photo(), ClassMapSettings(method=method, target=3))
    assert 0 <= heatmap.grid.min() <= heatmap.grid.max() <= 1
    assert heatmap.target == "class 3"


def test_without_a_target_the_first_answer_is_meant() -> None:
    model, photo = tiny_cnn(), noise_photo()
    assert class_map(model, photo).target == classify(model, photo).top(1)[0][1]


def test_the_model_is_as_before_also_after_an_error() -> None:
    model = tiny_cnn()
    class_map(model, noise_photo(), ClassMapSettings(target=0))
    with pytest.raises(UnknownClass):
        class_map(model, noise_photo(), ClassMapSettings(target=99))
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.module.modules())
    assert not model.module.training
    assert not any(p.requires_grad for p in model.module.parameters())


def test_nan_is_an_error_and_not_a_map() -> None:
    model = tiny_cnn()
    with torch.no_grad():
        model.module.fc.bias.fill_(float("nan"))
    for operation in (class_map, classify):
        with pytest.raises(InvalidOutput):
            operation(model, noise_photo())
