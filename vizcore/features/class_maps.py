"""Where in the photo is the evidence for a class?

All methods but occlusion share one forward and one backward pass (`Evidence`); Ablation-CAM, Score-CAM and integrated
gradients add passes of their own. Occlusion hides parts of the photo and looks at scores alone. What is below zero
speaks against the class and is cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from vizcore.errors import ModelCannot
from vizcore.features.ablation_cam import ablation_cam
from vizcore.features.evidence import Evidence, gather_evidence, gather_scores
from vizcore.features.finite import finite_array
from vizcore.features.gradient_maps import eigen_cam, grad_cam, grad_cam_plus_plus, hires_cam, layer_cam, xgrad_cam
from vizcore.features.integrated_gradients import integrated_gradients
from vizcore.features.maps import stage_name
from vizcore.features.occlusion import occlusion
from vizcore.features.score_cam import score_cam
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Heatmap, Provenance, Result
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class ClassMapsSettings:
    """methods: keys of METHODS. target: class index, None for the model's first answer. stage: "" for the card's.

    score_channels: how many channels Score-CAM and Ablation-CAM try at most. path_steps: of integrated gradients.
    """

    methods: tuple[str, ...] = ("grad-cam",)
    target: int | None = None
    stage: str = ""
    score_channels: int = 64
    path_steps: int = 32


@dataclass(frozen=True)
class ClassMapSettings:
    """One method of ClassMapsSettings: a key of METHODS."""

    method: str = "grad-cam"
    target: int | None = None
    stage: str = ""


Formula = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Method = Callable[[Evidence, ClassMapsSettings], torch.Tensor]

# Maps from activation and gradient alone: no pass beyond the common one.
FORMULAS: dict[str, Formula] = {
    "grad-cam": grad_cam,
    "grad-cam++": grad_cam_plus_plus,
    "hirescam": hires_cam,
    "layercam": layer_cam,
    "xgrad-cam": xgrad_cam,
    "eigen-cam": eigen_cam,
}


def _by(formula: Formula) -> Method:
    return lambda evidence, settings: formula(evidence.activation, evidence.gradient)


METHODS: dict[str, Method] = {key: _by(formula) for key, formula in FORMULAS.items()} | {
    "ablation-cam": lambda evidence, settings: ablation_cam(evidence, settings.score_channels),
    "score-cam": lambda evidence, settings: score_cam(evidence, settings.score_channels),
    "integrated-gradients": lambda evidence, settings: integrated_gradients(evidence, settings.path_steps),
    "occlusion": lambda evidence, settings: occlusion(evidence),
}
OF_SCORES = frozenset({"occlusion"})  # for models that show nothing of their inside too
CLASS_BLIND = frozenset({"eigen-cam"})  # the same map whatever the class
OF_THE_INPUT = frozenset({"integrated-gradients", "occlusion"})  # maps of the input itself, not of a stage


@dataclass(frozen=True, eq=False)
class ClassMaps(Result):
    """One map for each method asked for, in that order, all for the class `target` with this probability."""

    maps: tuple[Heatmap, ...]
    target: int
    label: str
    probability: float


def class_maps(model: FeatureModel, photo: Photo, settings: ClassMapsSettings | None = None) -> ClassMaps:
    """Evidence maps of one class by several methods, over the part of the photo that the model sees.

    Errors: ModelCannot without a head, UnknownClass for an index out of range, InvalidOutput for NaN.
    """
    settings = settings or ClassMapsSettings()
    evidence = evidence_for(model, photo, settings)
    provenance = provenance_of("class_maps", model, (photo,), settings)
    maps = tuple(heatmap_by(method, evidence, settings, provenance) for method in settings.methods)
    probability = float(evidence.logits.double().softmax(0)[evidence.target])
    return ClassMaps(provenance, maps, evidence.target, model.labels[evidence.target], probability)


def class_map(model: FeatureModel, photo: Photo, settings: ClassMapSettings | None = None) -> Heatmap:
    """The map of one method alone; errors as in `class_maps`."""
    settings = settings or ClassMapSettings()
    several = ClassMapsSettings((settings.method,), settings.target, settings.stage)
    provenance = provenance_of("class_map", model, (photo,), settings)
    return heatmap_by(settings.method, evidence_for(model, photo, several), several, provenance)


def evidence_for(model: FeatureModel, photo: Photo, settings: ClassMapsSettings) -> Evidence:
    """The passes that all maps share. ValueError for methods that are not in METHODS."""
    unknown = [method for method in settings.methods if method not in METHODS]
    if unknown or not settings.methods:
        raise ValueError(f"expected methods of {list(METHODS)}, got {list(settings.methods)}")
    if OF_SCORES.issuperset(settings.methods):
        return gather_scores(model, photo, settings.target)
    if not model.stages:
        raise ModelCannot(model=model.card.title, ability="gradient")
    return gather_evidence(model, photo, stage_name(model, settings.stage), settings.target)


def heatmap_by(method: str, evidence: Evidence, settings: ClassMapsSettings, provenance: Provenance) -> Heatmap:
    """The method's map, cut at zero and scaled so that its highest value is 1."""
    model = evidence.model
    grid = finite_array(METHODS[method](evidence, settings).relu(), model.card.key)
    peak = float(grid.max())
    return Heatmap(
        provenance,
        grid=grid / peak if peak > 0 else grid,
        region_xyxy=evidence.prepared.placement.region_xyxy(),
        method=method,
        layer="input" if method in OF_THE_INPUT else evidence.stage,
        target="" if method in CLASS_BLIND else model.labels[evidence.target],
        peak=peak,
    )
