"""Do our class maps equal those of pytorch-grad-cam and captum, on a CNN, a ViT and a Swin?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import pytorch_grad_cam as theirs
import torch
from captum.attr import IntegratedGradients
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from tests.tiny_models import noise_photo, tiny_cnn, tiny_swin, tiny_vit
from vizcore.features.class_maps import METHODS, ClassMapsSettings
from vizcore.features.evidence import gather_evidence
from vizcore.features.integrated_gradients import integrated_gradients, path_attributions
from vizcore.zoo.feature_models import TorchFeatureModel

MAKERS = [tiny_cnn, tiny_vit, tiny_swin]
TARGET = 7
PEERS = {
    "grad-cam": theirs.GradCAM,
    "grad-cam++": theirs.GradCAMPlusPlus,
    "hirescam": theirs.HiResCAM,
    "layercam": theirs.LayerCAM,
    "xgrad-cam": theirs.XGradCAM,
    "eigen-cam": theirs.EigenCAM,
    "score-cam": theirs.ScoreCAM,
}


def their_map(peer: Any, model: TorchFeatureModel, stage: str, pixels: torch.Tensor) -> np.ndarray:
    """The peer's map before it is cut, enlarged and scaled."""
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (model.recipe.mean, model.recipe.deviation))
    normalised = ((pixels - mean) / deviation).requires_grad_(True)
    layer, targets = model.stages[stage], [ClassifierOutputTarget(TARGET)]
    with peer(model=model.module, target_layers=[layer], reshape_transform=model.as_maps) as cam:
        cam(normalised, targets)
        kept = cam.activations_and_grads
        activation, gradient = kept.activations[0].numpy(), kept.gradients[0].numpy() if kept.gradients else None
        with torch.no_grad():
            return np.asarray(cam.get_cam_image(normalised.detach(), layer, targets, activation, gradient, False)[0])


# Score-CAM on all 192 channels of the ViT takes half a minute, and the others show that its tokens are laid out right.
CASES = [(make, method) for make in MAKERS for method in PEERS if (make, method) != (tiny_vit, "score-cam")]


@pytest.mark.parametrize(("make", "method"), CASES)
def test_equals_pytorch_grad_cam(make: Callable[[], TorchFeatureModel], method: str) -> None:
    model, photo = make(), noise_photo()
    if method == "grad-cam++":  # the peer adds 1e-6 to a denominator that is smaller than that on random weights
        model.module.get_submodule(str(model.card.facts["head"])).weight.data *= 1e6
    stage = {"tiny-cnn": "layer1", "tiny-vit": "block7", "tiny-swin": "stage2"}[model.card.key]
    evidence = gather_evidence(model, photo, stage, TARGET)
    ours = METHODS[method](evidence, ClassMapsSettings(score_channels=10_000)).numpy()
    expected = their_map(PEERS[method], model, stage, evidence.pixels)
    if method == "eigen-cam":  # the sign of a component is free; ours is tested by hand
        expected = expected * np.sign((expected * ours).sum())
    assert np.abs(ours - expected).max() <= 1e-4 * max(1.0, float(np.abs(expected).max()))


def test_ablation_cam_equals_pytorch_grad_cam() -> None:
    """On a stage that ends in a ReLU: the peer sets a channel to zero there, and to -10,000,000 elsewhere."""
    model = tiny_cnn()
    evidence = gather_evidence(model, noise_photo(), "layer1", TARGET)
    assert float(evidence.activation.min()) == 0
    with theirs.AblationCAM(model=model.module, target_layers=[model.stages["layer1"]]) as peer:
        mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (model.recipe.mean, model.recipe.deviation))
        normalised = (evidence.pixels - mean) / deviation
        targets = [ClassifierOutputTarget(TARGET)]
        activation = evidence.activation[None].numpy()
        weights = peer.get_cam_weights(normalised, model.stages["layer1"], targets, activation, None)[0]
    sign = np.sign(float(evidence.logits[TARGET]))  # the peer divides by the logit, ours by its size
    expected = sign * np.tensordot(weights, evidence.activation.numpy(), 1)
    ours = METHODS["ablation-cam"](evidence, ClassMapsSettings(score_channels=10_000)).numpy()
    assert np.abs(ours - expected).max() <= 1e-3 * np.abs(expected).max()


@pytest.mark.parametrize("make", MAKERS)
def test_integrated_gradients_equal_captum(make: Callable[[], TorchFeatureModel]) -> None:
    model = make()
    evidence = gather_evidence(model, noise_photo(), str(model.card.facts["cam_stage"]), TARGET)
    peer = IntegratedGradients(model.logits)
    expected = peer.attribute(evidence.pixels, target=TARGET, n_steps=10, method="riemann_middle")[0]
    assert torch.allclose(path_attributions(evidence, 10), expected.float(), atol=1e-4)


def test_integrated_gradients_add_up_to_the_change_of_the_logit() -> None:
    model = tiny_vit()
    evidence = gather_evidence(model, noise_photo(), "block7", TARGET)
    with torch.no_grad():
        ends = model.logits(torch.cat([evidence.pixels, torch.zeros_like(evidence.pixels)]))[:, TARGET]
    total = float(integrated_gradients(evidence, 48).sum())
    assert total == pytest.approx(float(ends[0] - ends[1]), abs=0.02 * float(ends.abs().max()))
