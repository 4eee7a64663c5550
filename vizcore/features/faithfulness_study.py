"""How faithful is each kind of map over several photos: average drop, increase in confidence, ROAD?

Average drop and increase in confidence: Chattopadhay et al. 2018. ROAD: Rong et al. 2022, see `road`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.errors import PhotosMissing
from vizcore.features.class_maps import ClassMapsSettings, evidence_for, heatmap_by
from vizcore.features.evidence import Evidence, blank_colour, kept_where
from vizcore.features.faithfulness import RANDOM
from vizcore.features.road import road_score
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class StudySettings:
    """maps: which, each for the photo's own first answer unless a target is set. seed: of the random map and noise."""

    maps: ClassMapsSettings = field(default_factory=ClassMapsSettings)
    seed: int = 0


@dataclass(frozen=True, eq=False)
class FaithfulnessStudy(Result):
    """drops, increased and road (methods, photos); the last method is a map in random order, to be beaten."""

    methods: tuple[str, ...]
    drops: FloatArray
    increased: NDArray[np.bool_]
    road: FloatArray

    def validate(self) -> None:
        shape = (len(self.methods), None)
        for name in ("drops", "increased", "road"):
            expect_shape(name, getattr(self, name), shape)

    @property
    def photos(self) -> int:
        return int(self.drops.shape[1])


def faithfulness_study(
    model: FeatureModel, photos: Photo | Sequence[Photo], settings: StudySettings | None = None
) -> Iterator[Snapshot]:
    """One snapshot a photo, the last with the result. Errors: PhotosMissing, and those of `class_maps`."""
    chosen = settings or StudySettings()
    several = (photos,) if isinstance(photos, Photo) else tuple(photos)
    if not several:
        raise PhotosMissing(needed=1, given=0)
    methods = (*chosen.maps.methods, RANDOM)
    rng = np.random.default_rng(chosen.seed)
    columns: list[list[tuple[float, bool, float]]] = []
    for place, photo in enumerate(several, start=1):
        evidence = evidence_for(model, photo, chosen.maps)
        provenance = provenance_of("faithfulness_study", model, (photo,), chosen)
        grids = [heatmap_by(each, evidence, chosen.maps, provenance).grid for each in chosen.maps.methods]
        cells = evidence.activation.shape[1:] if evidence.stage else grids[0].shape  # occlusion needs no layer
        grids.append(rng.random(cells))
        columns.append([_measured(evidence, grid, rng) for grid in grids])
        if place < len(several):
            yield Snapshot(place, len(several))
    table = np.array(columns, dtype=np.float64).transpose(2, 1, 0)  # (3, methods, photos)
    provenance = provenance_of("faithfulness_study", model, several, chosen)
    result = FaithfulnessStudy(provenance, methods, table[0], table[1].astype(bool), table[2])
    yield Snapshot(len(several), len(several), result=result)


def _measured(evidence: Evidence, grid: FloatArray, rng: np.random.Generator) -> tuple[float, bool, float]:
    """(drop in [0, 1], whether the model is surer, ROAD) of one map on one photo."""
    size = evidence.pixels.shape[-1]
    heat = torch.nn.functional.interpolate(
        torch.tensor(np.array(grid), dtype=torch.float32)[None, None],
        size=(size, size),
        mode="bilinear",
        align_corners=False,
    )
    mask = heat.clamp(0, 1).to(evidence.pixels.device)
    whole = float(evidence.logits.double().softmax(0)[evidence.target])
    masked = float(evidence.probabilities(kept_where(evidence.pixels, mask, blank_colour(evidence.model)))[0])
    drop = max(0.0, whole - masked) / whole if whole else 0.0
    return drop, masked > whole, road_score(evidence, heat[0, 0].double().numpy(), rng)
