"""One climb: its free numbers, one step of it, and how good the pictures are so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.errors import DeadUnit, InvalidOutput, PhotosMissing
from vizcore.features.maps import stage_name
from vizcore.generation.attacks.rounding import RgbArray, as_pixels, as_rgb
from vizcore.generation.gradients import recording
from vizcore.generation.ideal.objectives import OBJECTIVES, log_odds
from vizcore.generation.ideal.parametrisation import PARAMETRISATIONS
from vizcore.generation.ideal.penalties import PENALTIES, likeness
from vizcore.generation.ideal.reading import Reading, check_targets, name_of, read, stages_of
from vizcore.generation.ideal.settings import IdealSettings
from vizcore.generation.ideal.transforms import RandomTransform
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import RECIPES
from vizcore.zoo.protocols import FeatureModel

TRIES = 4
STRONGER = 5
FRESH_SHIFTS = 8
FRESH_JITTER = RandomTransform(jitter=1 / 16)


@dataclass(frozen=True, eq=False)
class Judged:
    """Clean 8-bit pictures and what they are worth: loss, activation, total variation (n,), logits or None."""

    rgbs: list[RgbArray]
    loss: NDArray[np.float64]
    activation: NDArray[np.float64]
    total_variation: NDArray[np.float64]
    logits: torch.Tensor | None


def better_of(old: Judged, now: Judged) -> Judged:
    """For each picture the one with the lower loss, the older one when equal."""
    better = now.loss < old.loss
    logits = None
    if now.logits is not None and old.logits is not None:
        logits = torch.where(torch.from_numpy(better).to(now.logits.device)[:, None], now.logits, old.logits)
    return Judged(
        rgbs=[new if is_better else kept for is_better, new, kept in zip(better, now.rgbs, old.rgbs, strict=True)],
        loss=np.where(better, now.loss, old.loss),
        activation=np.where(better, now.activation, old.activation),
        total_variation=np.where(better, now.total_variation, old.total_variation),
        logits=logits,
    )


class Ascent:
    """The state between two steps; it holds no hook, no graph and no changed flag of the model."""

    def __init__(self, model: FeatureModel, photo: Photo | None, settings: IdealSettings) -> None:
        """Errors: ModelCannot, UnknownClass, PhotosMissing (start="photo" without one), DeadUnit, InvalidOutput."""
        check_targets(model, settings)
        self.model, self.settings = model, settings
        self.stages = stages_of(model, settings)
        self.classes = any(target.kind == "class" for target, _weight in settings.targets)
        self.shape = PARAMETRISATIONS[settings.parametrisation](
            RECIPES[model.card.recipe].size, settings.decorrelated, settings.decay
        )
        self.transform = RandomTransform(settings.jitter, settings.scale, settings.rotate)
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.free = self._initial_parameters(photo)
        self.optimiser = torch.optim.Adam([self.free], lr=settings.learning_rate)

    def step(self) -> dict[str, float]:
        """Moves once, and says the mean of each term of the loss (and of one class's probability) before the move."""
        with recording():
            leaf = self.free.detach().requires_grad_(True)
            pictures = self.shape.picture(leaf)
            reading = self._read(self.transform(pictures, self.generator))
            terms = self._terms(pictures, reading)
            loss = sum_of(terms.values())
            (gradient,) = torch.autograd.grad(loss.sum(), leaf)
        if not (torch.isfinite(loss).all() and torch.isfinite(gradient).all()):
            raise InvalidOutput(model=self.model.card.key)
        self.free.grad = gradient
        self.optimiser.step()
        shown = {name: float(values.detach().mean()) for name, values in terms.items()}
        shown |= {"activation": -shown["activation"], "loss": float(loss.detach().mean())}
        if reading.logits is not None and self.settings.target.kind == "class" and self.settings.second is None:
            shares = reading.logits.detach().softmax(1)
            shown["probability"] = float(shares[:, self.settings.target.index].mean())
        return shown

    @torch.no_grad()
    def pictures(self) -> torch.Tensor:
        """(n, 3, S, S) in [0, 1] as they are now."""
        return self.shape.picture(self.free.detach())

    @torch.no_grad()
    def judge(self) -> Judged:
        """The pictures rounded to 8 bits and read without any transform."""
        rgbs = [as_rgb(each) for each in self.pictures()]
        pixels = as_pixels(rgbs, self.free.device)
        reading = self._read(pixels)
        terms = self._terms(pixels, reading)
        loss = sum_of(terms.values())
        if not torch.isfinite(loss).all():
            raise InvalidOutput(model=self.model.card.key)
        variation = PENALTIES["variation"](pixels)
        return Judged(rgbs, _array(loss), _array(-terms["activation"]), _array(variation), reading.logits)

    @torch.no_grad()
    def jittered(self, rgbs: list[RgbArray]) -> NDArray[np.float64]:
        """(n,): mean probability of the class over fresh shifts of up to 1/16 of the side; NaN without one class."""
        target = self.settings.target
        if target.kind != "class" or self.settings.second is not None:
            return np.full(len(rgbs), np.nan)
        generator = torch.Generator().manual_seed(self.settings.seed + 1_000_003)
        pixels = as_pixels(rgbs, self.free.device)
        shifted = [self.model.logits(FRESH_JITTER(pixels, generator)) for _ in range(FRESH_SHIFTS)]
        return _array(torch.stack(shifted).double().softmax(2)[..., target.index].mean(0))

    def _read(self, pixels: torch.Tensor) -> Reading:
        before = self.settings.pre_activation
        return read(self.model, pixels, self.stages, classes=self.classes, before=before)

    def _activation(self, reading: Reading) -> torch.Tensor:
        return sum_of(
            weight * OBJECTIVES[target.kind](self.model, reading, target) for target, weight in self.settings.targets
        )

    def _terms(self, pictures: torch.Tensor, reading: Reading) -> dict[str, torch.Tensor]:
        """Each term of the loss that is switched on, weighted, (n,)."""
        terms = {"activation": -self._activation(reading)}
        if self.settings.certainty and self.settings.weighted_classes and reading.logits is not None:
            odds = [w * log_odds(reading.logits, index) for index, w in self.settings.weighted_classes]
            terms["certainty"] = -self.settings.certainty * sum_of(odds)
        for name, penalty in PENALTIES.items():
            weight = getattr(self.settings, name)
            if weight:
                terms[name] = weight * penalty(pictures)
        if self.settings.diversity and len(pictures) > 1:
            terms["diversity"] = self.settings.diversity * likeness(reading.maps[stage_name(self.model, "")])
        return terms

    def _start(self, photo: Photo | None, seed: int) -> torch.Tensor:
        count = self.settings.count
        if self.settings.start == "noise":
            return self.shape.random(count, torch.Generator().manual_seed(seed)).to(self.model.device)
        if self.settings.start == "grey":
            return self.shape.grey(count).to(self.model.device)
        if photo is None:
            raise PhotosMissing(needed=1, given=0)
        pixels = self.model.pixels([self.model.prepare(photo)])
        return self.shape.from_picture(pixels.expand(count, -1, -1, -1))

    def _initial_parameters(self, photo: Photo | None) -> torch.Tensor:
        """A start from which the target has a gradient: noise may be drawn again, stronger; other starts cannot.

        A unit behind a ReLU that is silent at the start would stay so for ever (Lucid's issue 68).
        """
        target = self.settings.target
        tries = TRIES if self.settings.start == "noise" else 1
        for attempt in range(tries):
            free = self._start(photo, self.settings.seed + 7919 * attempt) * float(STRONGER**attempt)
            if self._has_gradient(free):
                return free
        layer = target.kind in ("channel", "unit") and not self.settings.pre_activation
        name = name_of(self.model, target)
        raise DeadUnit(model=self.model.card.key, target=name, reason="pre_activation" if layer else "start")

    def _has_gradient(self, free: torch.Tensor) -> bool:
        with recording():
            leaf = free.detach().requires_grad_(True)
            activation = self._activation(self._read(self.transform(self.shape.picture(leaf), self.generator)))
            if not torch.isfinite(activation).all():
                raise InvalidOutput(model=self.model.card.key)
            if not activation.requires_grad:
                return False
            (gradient,) = torch.autograd.grad(activation.sum(), leaf)
        if not torch.isfinite(gradient).all():
            raise InvalidOutput(model=self.model.card.key)
        return bool((gradient != 0).any())


def sum_of(terms: Iterable[torch.Tensor]) -> torch.Tensor:
    """The sum of tensors of one shape."""
    return torch.stack(list(terms)).sum(0)


def _array(values: torch.Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = values.detach().double().cpu().numpy()
    return array
