"""Are the losses those of the papers, and are their gradients those of autograd?"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits
from torchvision.ops import sigmoid_focal_loss

from vizcore.errors import MaskSizesDiffer
from vizcore.metrics.masks.losses import (
    LOSSES,
    MOST_PIXELS,
    Loss,
    LossSettings,
    SoftCounts,
    logits_of_mask,
    mask_loss,
    soft_counts,
    stride_for,
)
from vizcore.metrics.masks.presets import preset_pair

RANDOM = np.random.default_rng(1)
LOGITS = RANDOM.normal(scale=3, size=(9, 11))
TRUTH = RANDOM.random((9, 11)) < 0.3
SETTINGS = LossSettings(epsilon=0.7)


def in_torch(name: str, z: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """Straight from the formulas, or from torch itself."""
    p = z.sigmoid()
    if name == "bce":
        return binary_cross_entropy_with_logits(z, t)
    if name == "focal":
        return sigmoid_focal_loss(z, t, SETTINGS.alpha, SETTINGS.gamma, reduction="mean")
    if name == "soft-dice":
        return 1 - (2 * (p * t).sum() + SETTINGS.epsilon) / (p.sum() + t.sum() + SETTINGS.epsilon)
    tp, fp, fn = (p * t).sum(), (p * (1 - t)).sum(), ((1 - p) * t).sum()
    below = tp + SETTINGS.false_positives * fp + SETTINGS.false_negatives * fn + SETTINGS.epsilon
    return 1 - (tp + SETTINGS.epsilon) / below


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("case", ["random", "empty", "full", "far"])
def test_value_and_gradient_as_autograd(name: str, case: str) -> None:
    truth = {"empty": np.zeros_like(TRUTH), "full": np.ones_like(TRUTH)}.get(case, TRUTH)
    logits = LOGITS * (20 if case == "far" else 1)
    z = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    theirs = in_torch(name, z, torch.tensor(truth, dtype=torch.float64))
    theirs.backward()
    assert z.grad is not None
    ours = mask_loss(name, logits, truth, SETTINGS)
    assert ours.value == pytest.approx(theirs.item(), rel=1e-9, abs=1e-12)
    assert ours.gradient == pytest.approx(z.grad.numpy(), rel=1e-7, abs=1e-12)
    assert np.isfinite(ours.gradient).all()


def test_by_hand() -> None:
    logits, truth = np.array([[0.0, 0.0]]), np.array([[1, 0]])
    none = LossSettings(epsilon=0.0)
    assert mask_loss("soft-dice", logits, truth, none).value == pytest.approx(1 - 2 * 0.5 / 2)
    assert mask_loss("bce", logits, truth, none).value == pytest.approx(np.log(2))
    assert mask_loss("tversky", logits, truth, none).value == pytest.approx(1 - 0.5 / (0.5 + 0.15 + 0.35))
    focal = mask_loss("focal", logits, truth, none)
    assert focal.value == pytest.approx((0.25 + 0.75) * 0.25 * np.log(2) / 2)
    assert focal.gradient[0, 0] < 0 < focal.gradient[0, 1]


def test_tversky_with_halves_is_soft_dice() -> None:
    # (2 TP + e) / (... + e) and (TP + e) / (... + e) agree for e = 0
    even = LossSettings(epsilon=0.0, false_positives=0.5, false_negatives=0.5)
    dice, tversky = (mask_loss(name, LOGITS, TRUTH, even) for name in ("soft-dice", "tversky"))
    assert tversky.value == pytest.approx(dice.value)
    assert tversky.gradient == pytest.approx(dice.gradient)


@pytest.mark.parametrize("name", LOSSES)
def test_nothing_predicted_where_nothing_is(name: str) -> None:
    empty = np.zeros((6, 6), bool)
    found = mask_loss(name, logits_of_mask(empty), empty, LossSettings(epsilon=0.0))
    assert np.isfinite(found.value)
    assert np.isfinite(found.gradient).all()


def test_logits_say_the_mask_again() -> None:
    truth, _ = preset_pair("shift")
    logits = logits_of_mask(truth, 2.0)
    assert np.array_equal(logits > 0, truth)
    assert np.abs(logits).max() == 8
    assert (logits_of_mask(np.zeros((2, 2), bool)) == -8).all()
    assert (logits_of_mask(np.ones((1, 1), bool)) == 8).all()


def test_sizes_must_fit() -> None:
    with pytest.raises(MaskSizesDiffer):
        mask_loss("bce", LOGITS, TRUTH.T)


def test_soft_counts_by_hand() -> None:
    logits = np.array([[0.0, 0.0], [100.0, -100.0]])  # p = 1/2, 1/2, 1, 0
    truth = np.array([[True, False], [True, True]])
    assert soft_counts(logits, truth) == SoftCounts(1.5, 0.5, 1.5)
    assert soft_counts(logits, np.zeros((2, 2), bool)) == SoftCounts(0.0, 2.0, 0.0)


def test_which_pixels_a_loss_pulls_on() -> None:
    loss = Loss(1.0, np.array([[-3.0, 1.0], [0.0, 0.0]]))
    assert loss.pull_on(np.array([[True, False], [True, False]])) == 0.75
    assert loss.pull_on(np.zeros((2, 2), bool)) == 0.0
    assert Loss(0.0, np.zeros((2, 2))).pull_on(np.ones((2, 2), bool)) is None


@pytest.mark.parametrize(("shape", "stride"), [((0, 0), 1), ((1, 20_000), 1), ((1000, 1000), 1), ((7000, 7000), 7)])
def test_a_large_pair_is_thinned_to_a_million_pixels(shape: tuple[int, int], stride: int) -> None:
    assert stride_for(shape) == stride
    assert np.broadcast_to(np.bool_(False), shape)[::stride, ::stride].size <= MOST_PIXELS
