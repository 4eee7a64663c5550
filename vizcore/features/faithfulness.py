"""Does a map point to what the model really uses? The photo is hidden by the map, and the model is asked again.

Average drop and increase in confidence: Chattopadhay et al. 2018. Deletion and insertion: Petsiuk et al. 2018, with the
mean colour of the training pictures for what is hidden, in both curves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from vizcore.features.class_maps import ClassMapsSettings, evidence_for, heatmap_by
from vizcore.features.evidence import Evidence, blank_colour, kept_where
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.zoo.protocols import FeatureModel

RANDOM = "random"


@dataclass(frozen=True)
class FaithfulnessSettings:
    """maps: which maps to test. steps: parts in which the photo is hidden. seed: of the random reference map."""

    maps: ClassMapsSettings = field(default_factory=ClassMapsSettings)
    steps: int = 16
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Curve:
    """probabilities (steps + 1,) of the class while 0 to all of the photo is changed in equal parts, read-only."""

    probabilities: FloatArray

    @property
    def area(self) -> float:
        """Area under the curve by trapezia, in [0, 1]."""
        values = self.probabilities
        return float((values[1:] + values[:-1]).mean() / 2)


@dataclass(frozen=True, eq=False)
class Faithfulness:
    """Numbers of one map. probability: of the photo; masked: of the photo multiplied by the map.

    deletion: the hottest places hidden first, a low area is good. insertion: shown first, a high area is good.
    """

    method: str
    probability: float
    masked: float
    deletion: Curve
    insertion: Curve

    @property
    def drop(self) -> float:
        """max(0, y - y_masked) / y, in [0, 1]: what is lost when only the map's places stay; low is good."""
        return max(0.0, self.probability - self.masked) / self.probability if self.probability else 0.0

    @property
    def increased(self) -> bool:
        """Whether the model is surer of the masked photo than of the whole one."""
        return self.masked > self.probability


@dataclass(frozen=True, eq=False)
class FaithfulnessTable(Result):
    """One row for each method; `reference` is a map in random order, which any good map beats."""

    rows: tuple[Faithfulness, ...]
    reference: Faithfulness
    target: int
    label: str
    fractions: FloatArray

    def validate(self) -> None:
        for row in (*self.rows, self.reference):
            expect_shape("deletion", row.deletion.probabilities, self.fractions.shape)
            expect_shape("insertion", row.insertion.probabilities, self.fractions.shape)


def faithfulness(model: FeatureModel, photo: Photo, settings: FaithfulnessSettings | None = None) -> FaithfulnessTable:
    """Tests each map on the model itself; 2 * steps + 3 forward passes for each. Errors as in `class_maps`."""
    settings = settings or FaithfulnessSettings()
    if settings.steps < 1:
        raise ValueError(f"expected at least 1 step, got {settings.steps}")
    evidence = evidence_for(model, photo, settings.maps)
    provenance = provenance_of("faithfulness", model, (photo,), settings)
    grids = {each: heatmap_by(each, evidence, settings.maps, provenance).grid for each in settings.maps.methods}
    probability = float(evidence.logits.double().softmax(0)[evidence.target])
    rows = tuple(_tested(evidence, method, grid, probability, settings) for method, grid in grids.items())
    cells = evidence.activation.shape[1:] if evidence.stage else next(iter(grids.values())).shape
    noise = np.random.default_rng(settings.seed).random(cells)
    reference = _tested(evidence, RANDOM, noise, probability, settings)
    fractions = np.linspace(0.0, 1.0, settings.steps + 1)
    return FaithfulnessTable(provenance, rows, reference, evidence.target, model.labels[evidence.target], fractions)


def _tested(
    evidence: Evidence, method: str, grid: FloatArray, probability: float, settings: FaithfulnessSettings
) -> Faithfulness:
    size = evidence.pixels.shape[-1]
    heat = torch.nn.functional.interpolate(
        torch.tensor(grid, dtype=torch.float32)[None, None], size=(size, size), mode="bilinear", align_corners=False
    ).to(evidence.pixels.device)
    blank = blank_colour(evidence.model)
    masked = float(evidence.probabilities(kept_where(evidence.pixels, heat.clamp(0, 1), blank))[0])
    shown = hottest_first(heat[0, 0], settings.steps)[:, None].float()  # (steps + 1, 1, S, S)
    deletion = evidence.probabilities(kept_where(evidence.pixels, 1 - shown, blank))
    insertion = evidence.probabilities(kept_where(evidence.pixels, shown, blank))
    return Faithfulness(method, probability, masked, _curve(deletion), _curve(insertion))


def hottest_first(heat: torch.Tensor, steps: int) -> torch.Tensor:
    """heat (S, S) -> (steps + 1, S, S) bool: the hottest 0, 1 / steps, ... of all; equal ones in reading order."""
    order = heat.flatten().argsort(descending=True, stable=True)
    rank = torch.empty_like(order)
    rank[order] = torch.arange(len(order), device=order.device)
    limits = (torch.arange(steps + 1, device=order.device) * len(order)) // steps
    return (rank[None] < limits[:, None]).view(steps + 1, *heat.shape)


def _curve(probabilities: torch.Tensor) -> Curve:
    values = probabilities.numpy().copy()
    values.flags.writeable = False
    return Curve(values)
