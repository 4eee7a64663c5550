"""What does training minimise in place of IoU? Soft Dice, BCE, focal and Tversky, each with its gradient as an array.

All take logits z (H, W), p = sigmoid(z), and the truth t (H, W) in {0, 1}; gradients are with respect to z, since a
network's last layer moves z.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.metrics.masks.overlap import same_size
from vizcore.results import FloatArray

LARGEST_LOGIT = 8.0  # sigmoid(8) = 0.9997
MOST_PIXELS = 1_000_000  # of one pair: the four losses with their gradients take some 130 bytes for each


def stride_for(shape: tuple[int, ...]) -> int:
    """Of how many rows, and of how many columns, one is used, so that at most about MOST_PIXELS (H, W) are left."""
    return max(1, math.ceil(math.sqrt(math.prod(shape) / MOST_PIXELS)))


@dataclass(frozen=True)
class LossSettings:
    """epsilon: added above and below in Dice and Tversky, so that two empty masks cost nothing.

    gamma, alpha: focal loss's exponent and weight of the object (1 - alpha for the ground).
    false_positives, false_negatives: Tversky's weights; 0.5 and 0.5 give soft Dice.
    """

    epsilon: float = 1.0
    gamma: float = 2.0
    alpha: float = 0.25
    false_positives: float = 0.3
    false_negatives: float = 0.7


@dataclass(frozen=True, eq=False)
class Loss:
    """value, and gradient (H, W): the change of the value for each pixel's logit; positive: the logit should fall."""

    value: float
    gradient: FloatArray

    def pull_on(self, pixels: NDArray[np.bool_]) -> float | None:
        """Share of the summed |gradient| on these pixels (H, W); None where the gradient is zero everywhere."""
        strength = np.abs(self.gradient)
        total = float(strength.sum())
        return float(strength[pixels].sum()) / total if total > 0 else None


@dataclass(frozen=True)
class SoftCounts:
    """Counts of pixels weighted by p: what is inside the truth (tp), outside it (fp), and what p lacks inside (fn)."""

    tp: float
    fp: float
    fn: float


def soft_counts(logits: FloatArray, truth: NDArray[np.bool_]) -> SoftCounts:
    """logits, truth (H, W) -> the sums that soft Dice and Tversky are made of."""
    p = sigmoid(logits)
    return SoftCounts(float(p[truth].sum()), float(p[~truth].sum()), float((1 - p)[truth].sum()))


def soft_dice(logits: FloatArray, truth: FloatArray, settings: LossSettings) -> Loss:
    """1 - (2 sum(p t) + e) / (sum p + sum t + e) (Milletari et al. 2016, V-Net, without the squares)."""
    p = sigmoid(logits)
    above = 2 * float((p * truth).sum()) + settings.epsilon
    below = float(p.sum() + truth.sum()) + settings.epsilon
    if below == 0:
        return Loss(0.0, np.zeros_like(p))
    return Loss(1 - above / below, (above - 2 * truth * below) / below**2 * p * (1 - p))


def binary_cross_entropy(logits: FloatArray, truth: FloatArray, settings: LossSettings) -> Loss:
    """Mean of -t log p - (1 - t) log(1 - p) over the pixels; its gradient is (p - t) / pixels."""
    values = np.logaddexp(0, logits) - truth * logits
    return Loss(float(values.mean()), (sigmoid(logits) - truth) / truth.size)


def focal(logits: FloatArray, truth: FloatArray, settings: LossSettings) -> Loss:
    """Mean of -alpha_t (1 - p_t)^gamma log p_t (Lin et al. 2017): pixels that are right already hardly count."""
    toward = np.where(truth > 0, logits, -logits)  # p_t = sigmoid(toward)
    weight = np.where(truth > 0, settings.alpha, 1 - settings.alpha)
    log_p, p, wrong = -np.logaddexp(0, -toward), sigmoid(toward), sigmoid(-toward)
    values = -weight * wrong**settings.gamma * log_p
    slope = weight * wrong**settings.gamma * (settings.gamma * p * log_p - wrong)
    return Loss(float(values.mean()), np.where(truth > 0, slope, -slope) / truth.size)


def tversky(logits: FloatArray, truth: FloatArray, settings: LossSettings) -> Loss:
    """1 - (TP + e) / (TP + a FP + b FN + e) with soft counts (Salehi et al. 2017): b > a punishes what is missed."""
    p = sigmoid(logits)
    a, b = settings.false_positives, settings.false_negatives
    tp, fp, fn = (float(each.sum()) for each in (p * truth, p * (1 - truth), (1 - p) * truth))
    above, below = tp + settings.epsilon, tp + a * fp + b * fn + settings.epsilon
    if below == 0:
        return Loss(0.0, np.zeros_like(p))
    above_slope = truth
    below_slope = truth + a * (1 - truth) - b * truth
    return Loss(1 - above / below, (above * below_slope - above_slope * below) / below**2 * p * (1 - p))


# Adding a loss is adding a row.
LOSSES: Mapping[str, Callable[[FloatArray, FloatArray, LossSettings], Loss]] = {
    "soft-dice": soft_dice,
    "bce": binary_cross_entropy,
    "focal": focal,
    "tversky": tversky,
}


def mask_loss(name: str, logits: NDArray[Any], truth: NDArray[Any], settings: LossSettings | None = None) -> Loss:
    """One of `LOSSES` on logits (H, W) and a mask (H, W). Error: MaskSizesDiffer."""
    same_size(truth, logits)
    return LOSSES[name](logits.astype(np.float64), (truth != 0).astype(np.float64), settings or LossSettings())


def logits_of_mask(mask: NDArray[Any], softness_px: float = 2.0) -> FloatArray:
    """A mask as a network might give it: the signed distance (pixels) to its outline over `softness_px`, kept within
    +-8; positive inside. An empty mask is -8 everywhere, a full one +8."""
    from scipy.ndimage import distance_transform_edt

    if softness_px <= 0:
        raise ValueError(f"expected a softness above 0 pixels, got {softness_px}")
    inside = mask.astype(bool, copy=False)
    if inside.all() or not inside.any():
        return np.full(mask.shape, LARGEST_LOGIT if inside.any() else -LARGEST_LOGIT)
    depth = np.where(inside, distance_transform_edt(inside) - 0.5, 0.5 - distance_transform_edt(~inside))
    return np.asarray(np.clip(depth / softness_px, -LARGEST_LOGIT, LARGEST_LOGIT))


def sigmoid(values: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x)) without overflow."""
    small = np.exp(-np.abs(values))
    return np.asarray(np.where(values >= 0, 1 / (1 + small), small / (1 + small)))
