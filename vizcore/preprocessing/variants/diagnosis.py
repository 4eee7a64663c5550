"""What is probably wrong with a pipeline, told from the statistics of the tensor it makes?

Each rule is one sentence of evidence: a range that no right pipeline can leave, or one that it should have reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from vizcore.i18n import N_
from vizcore.preprocessing.variants.statistics import TensorStatistics
from vizcore.preprocessing.variants.table import AnyRecipe, normalises
from vizcore.preprocessing.variants.value_faults import other_normalisation

Certainty = Literal["sure", "likely", "possible"]
SLACK = 0.02  # of the range of a channel, for resize filters that overshoot

FINDINGS: dict[str, str] = {
    "not_finite": N_("The tensor holds values that are not numbers; look for a division by a deviation of 0."),
    "constant": N_("The picture is one flat value: the file was probably not read at all."),
    "range_255": N_("The values reach {most}: the division by 255 is missing before normalising."),
    "unscaled": N_("The values run from {least} to {most}: these are bytes, neither divided by 255 nor normalised."),
    "divided_twice": N_("All values lie within {spread} of each other: 255 was divided by twice."),
    "not_normalised": N_("The values lie in 0..1: mean and deviation were not applied."),
    "wrong_mean_std": N_("The range {least} to {most} fits mean {mean} and deviation {deviation}, not this recipe."),
    "normalised_twice": N_("The range {least} to {most} is that of a picture normalised twice."),
    "bgr": N_("The channels' limits fit blue, green, red: the order was changed after normalising."),
    "bgr_possible": N_(
        "The third channel is brighter than the first; most photos are warmer than that. If the limits cannot tell, "
        "compare one red object: this may be BGR."
    ),
    "grey": N_("All channels are equal: a grey picture, or one channel copied three times."),
    "one_channel": N_("The tensor has {channels} channels, not 3: grey or with alpha."),
    "fine": N_("Nothing is wrong that statistics could show: range, mean and deviation fit the recipe."),
}


@dataclass(frozen=True)
class Finding:
    """code: of FINDINGS. values: what its sentence needs. certainty: how much the statistics alone can say."""

    code: str
    certainty: Certainty
    values: dict[str, float | str]


def diagnose(found: TensorStatistics, recipe: AnyRecipe) -> tuple[Finding, ...]:
    """The likely faults, surest first; one finding "fine" when no rule speaks. Channels in the tensor's order."""
    numbers = np.array([found.least, found.most, found.mean, found.deviation])
    if not np.isfinite(numbers).all():
        return (Finding("not_finite", "sure", {}),)
    if len(found.least) != 3:
        return (Finding("one_channel", "sure", {"channels": len(found.least)}),)
    if max(found.deviation) == 0:
        return (Finding("constant", "sure", {}),)
    scale = next((finding for rule in SCALE_RULES for finding in rule(found, recipe)), None)
    findings = [scale] if scale else []
    findings += [finding for rule in COLOUR_RULES for finding in rule(found, recipe)]
    order = ("sure", "likely", "possible")
    findings.sort(key=lambda each: order.index(each.certainty))
    return tuple(findings) or (Finding("fine", "likely", {}),)


def limits(mean: tuple[float, ...], deviation: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """What 0 and 1 become in each channel."""
    centre, spread = np.array(mean), np.array(deviation)
    return -centre / spread, (1 - centre) / spread


def _range(found: TensorStatistics) -> dict[str, float | str]:
    return {"least": round(min(found.least), 2), "most": round(max(found.most), 2)}


def _within(found: TensorStatistics, low: np.ndarray, high: np.ndarray) -> bool:
    slack = SLACK * (high - low)
    return bool((np.array(found.least) >= low - slack).all() and (np.array(found.most) <= high + slack).all())


def _bytes(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    if min(found.least) >= 0 and 16 < max(found.most) <= 255:
        code = "unscaled" if normalises(recipe) else "range_255"
        yield Finding(code, "sure", _range(found))


def _too_large(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    high = limits(recipe.mean, recipe.deviation)[1]
    if max(found.most) > 12 * max(high):
        yield Finding("range_255", "sure", _range(found))


def _too_narrow(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    low, high = limits(recipe.mean, recipe.deviation)
    spread = np.array(found.most) - np.array(found.least)
    at_the_bottom = np.abs(np.array(found.mean) - low) < 0.01 * (high - low)
    if (spread < 0.01 * (high - low)).all() and at_the_bottom.all():
        yield Finding("divided_twice", "sure", {"spread": float(f"{spread.max():.2g}")})


def _twice(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    low, high = limits(recipe.mean, recipe.deviation)
    centre, spread = np.array(recipe.mean), np.array(recipe.deviation)
    twice = (low - centre) / spread, (high - centre) / spread
    if normalises(recipe) and not _within(found, low, high) and _within(found, *twice):
        yield Finding("normalised_twice", "likely", _range(found))


def _raw(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    inside = min(found.least) >= 0 and max(found.most) <= 1
    if normalises(recipe) and inside and max(found.mean) > 0.05:
        yield Finding("not_normalised", "likely", _range(found))


def _other(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    """Another usual normalisation fits, and this one is left, or is reached by nothing although the other is full."""
    own = limits(recipe.mean, recipe.deviation)
    mean, deviation = other_normalisation(recipe)
    other = limits(mean, deviation)
    fills = (np.array(found.least) <= other[0] + 0.1).all() and (np.array(found.most) >= other[1] - 0.1).all()
    leaves = not _within(found, *own) and not _within(found, own[0][::-1], own[1][::-1])
    misses = (np.array(found.least) > own[0] + 0.3).all() and (np.array(found.most) < own[1] - 0.3).all()
    if _within(found, *other) and (leaves or (fills and misses)):
        words = {"mean": " ".join(f"{v:g}" for v in mean), "deviation": " ".join(f"{v:g}" for v in deviation)}
        yield Finding("wrong_mean_std", "likely", {**_range(found), **words})


def _swapped(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    """After normalising each channel has limits of its own, which the swap carries along."""
    low, high = limits(recipe.mean, recipe.deviation)
    if len(set(recipe.mean)) > 1 and not _within(found, low, high) and _within(found, low[::-1], high[::-1]):
        yield Finding("bgr", "likely", {})


def _cold(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    """Undone to 0..1, the mean of blue lies clearly over that of red."""
    means = np.array(found.mean) * np.array(recipe.deviation) + np.array(recipe.mean)
    if (means >= 0).all() and (means <= 1).all() and means[2] - means[0] > 0.04:
        yield Finding("bgr_possible", "possible", {})


def _equal(found: TensorStatistics, recipe: AnyRecipe) -> Iterator[Finding]:
    means = np.array(found.mean) * np.array(recipe.deviation) + np.array(recipe.mean)
    spreads = np.array(found.deviation) * np.array(recipe.deviation)
    if np.ptp(means) < 1e-3 and np.ptp(spreads) < 1e-3:
        yield Finding("grey", "likely", {})


Rule = Callable[[TensorStatistics, AnyRecipe], Iterator[Finding]]
SCALE_RULES: tuple[Rule, ...] = (_bytes, _too_large, _too_narrow, _swapped, _other, _raw, _twice)
COLOUR_RULES: tuple[Rule, ...] = (_equal, _cold)
