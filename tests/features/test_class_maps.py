"""Class maps by hand, against captum, on CNN, ViT and Swin, and what they leave behind."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam

from tests.tiny_models import noise_photo, tiny_cnn, tiny_swin, tiny_vit
from vizcore.errors import InvalidOutput, UnknownClass
from vizcore.features import METHODS, ClassMapSettings, ClassMapsSettings, class_map, class_maps, classify, faithfulness
from vizcore.features.class_maps import FORMULAS
from vizcore.features.gradient_maps import eigen_cam, grad_cam, grad_cam_plus_plus, hires_cam, layer_cam, xgrad_cam
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.hooks import captured

MAKERS = [tiny_cnn, tiny_vit, tiny_swin]
ACTIVATION = torch.tensor([[[1.0, 2.0], [0.0, 1.0]], [[3.0, 0.0], [1.0, 1.0]]])
GRADIENT = torch.tensor([[[1.0, 1.0], [1.0, 1.0]], [[-1.0, 0.0], [0.0, -1.0]]])


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (grad_cam, [[1 - 1.5, 2.0], [0 - 0.5, 1 - 0.5]]),  # channel weights 1 and -0.5
        (hires_cam, [[1 - 3.0, 2.0], [0.0, 1 - 1.0]]),
        (xgrad_cam, [[1 - 2.4, 2.0], [-0.8, 1 - 0.8]]),  # channel weights 1 and -0.8
        (layer_cam, [[1.0, 2.0], [0.0, 1.0]]),
    ],
)
def test_by_hand(method: Callable[[torch.Tensor, torch.Tensor], torch.Tensor], expected: list[list[float]]) -> None:
    assert torch.allclose(method(ACTIVATION, GRADIENT), torch.tensor(expected))


def test_grad_cam_plus_plus_by_hand() -> None:
    """Channel 0: gradient 1 everywhere, sum of activations 4, so each share is 1 / (2 + 4) and the weight 4 / 6."""
    assert torch.allclose(grad_cam_plus_plus(ACTIVATION, GRADIENT), 4 / 6 * ACTIVATION[0])


@pytest.mark.parametrize("method", [key for key in FORMULAS if key != "eigen-cam"])
def test_no_gradient_is_an_empty_map(method: str) -> None:
    assert FORMULAS[method](ACTIVATION, torch.zeros_like(GRADIENT)).abs().sum() == 0


def test_eigen_cam_by_hand_points_to_the_large_activations() -> None:
    """Two channels that rise together from 0 to 2 over four places: the component is their common course, centred."""
    course = torch.tensor([[0.0, 2.0], [2.0, 0.0]])
    expected = (course - 1) * 2**0.5
    for sign in (1, -1):
        assert torch.allclose(eigen_cam(sign * torch.stack([course, course]), GRADIENT), expected, atol=1e-6)


def test_eigen_cam_of_equal_activations_is_empty() -> None:
    assert eigen_cam(torch.ones(5, 3, 3), torch.zeros(5, 3, 3)).abs().max() < 1e-6


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
    assert heatmap.grid.max() == (1 if heatmap.peak > 0 else 0)
    assert heatmap.target == ("" if method == "eigen-cam" else "class 3")


@pytest.mark.parametrize("make", MAKERS)
def test_several_methods_cost_one_pass_and_equal_the_single_ones(make: Callable[[], TorchFeatureModel]) -> None:
    model, photo, calls = make(), noise_photo(), []
    handle = model.module.register_forward_pre_hook(lambda module, args: calls.append(1))
    found = class_maps(model, photo, ClassMapsSettings(tuple(FORMULAS), target=4))
    handle.remove()
    assert len(calls) == 1
    assert [each.method for each in found.maps] == list(FORMULAS)
    for each in found.maps:
        alone = class_map(model, photo, ClassMapSettings(each.method, target=4))
        assert np.array_equal(alone.grid, each.grid)
    assert found.label == "class 4"
    assert found.probability == pytest.approx(classify(model, photo).probabilities[4], abs=1e-6)
    assert json.dumps(found.to_json())


def test_integrated_gradients_are_a_map_of_the_input() -> None:
    heatmap = class_map(tiny_cnn(), noise_photo(), ClassMapSettings("integrated-gradients"))
    assert (heatmap.layer, heatmap.grid.shape) == ("input", (32, 32))


def test_a_map_of_an_earlier_stage() -> None:
    heatmap = class_map(tiny_vit(), noise_photo(), ClassMapSettings(stage="block3"))
    assert (heatmap.layer, heatmap.grid.shape) == ("block3", (8, 8))


@pytest.mark.parametrize("size", [(1, 1), (40, 20_000), (2_000, 4)])
def test_odd_sizes_have_maps(size: tuple[int, int]) -> None:
    found = class_maps(tiny_cnn(), noise_photo(*size), ClassMapsSettings(("grad-cam", "integrated-gradients")))
    left, top, right, bottom = found.maps[0].region_xyxy
    assert 0 <= left < right <= size[1]
    assert 0 <= top < bottom <= size[0]


@pytest.mark.parametrize("methods", [(), ("grad-cam", "guesswork")])
def test_unknown_methods_are_our_mistake(methods: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected methods"):
        class_maps(tiny_cnn(), noise_photo(), ClassMapsSettings(methods))


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
    for operation in (class_map, class_maps, classify, faithfulness):
        with pytest.raises(InvalidOutput):
            operation(model, noise_photo())
