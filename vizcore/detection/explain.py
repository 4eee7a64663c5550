"""Where in the photo is the evidence for one detection, for YOLO, DETR and Faster R-CNN alike?

A detection names its place in the model's own list (`origin`); a map belongs to that place's score of one class.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from vizcore.detection.candidates import finite
from vizcore.detection.photo_grid import on_photo
from vizcore.detection.queries import QuerySettings, query_focus
from vizcore.errors import ModelCannot
from vizcore.features.gradient_maps import grad_cam, hires_cam, layer_cam
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import BoxSet, Heatmap
from vizcore.zoo.hooks import differentiable_from
from vizcore.zoo.protocols import Detector

ATTENTION = "attention"
# Sources stand with each formula. The first one weighs every place by its own gradient, which a small object needs.
FORMULAS = {"hirescam": hires_cam, "layercam": layer_cam, "grad-cam": grad_cam}
METHODS = (*FORMULAS, ATTENTION)


@dataclass(frozen=True)
class ExplainSettings:
    """origin, class_id: of the detection. method: one of METHODS; "attention" only for a detector with queries.

    stage: one of the model's `stages`, "" for the first one; attention has none.
    """

    origin: int
    class_id: int
    method: str = "hirescam"
    stage: str = ""


def explain_detection(model: Detector, photo: Photo, settings: ExplainSettings) -> Heatmap:
    """The evidence for one detection over the whole photo, 1 = most; what speaks against it is cut.

    Errors: ModelCannot where the model offers no such map, InvalidOutput for NaN. ValueError for a place, class, stage
    or method that does not exist.
    """
    _check(model, settings)
    if settings.method == ATTENTION:
        return query_focus(model, photo, QuerySettings(settings.origin)).heatmap()
    prepared = model.prepare(photo)
    stage = settings.stage or next(iter(model.stages))
    activation, gradient = _evidence(model, model.pixels([prepared]), stage, settings)
    grid = finite(FORMULAS[settings.method](activation, gradient).relu(), model)
    shown = on_photo(grid, prepared.placement)
    peak = float(shown.max(initial=0.0))
    return Heatmap(
        provenance_of("explain_detection", model, photo, settings),
        grid=shown / peak if peak > 0 else shown,
        region_xyxy=prepared.placement.region_xyxy(),
        method=settings.method,
        layer=stage,
        target=model.labels[settings.class_id],
        peak=peak,
    )


def _evidence(
    model: Detector, pixels: torch.Tensor, stage: str, settings: ExplainSettings
) -> tuple[torch.Tensor, torch.Tensor]:
    """Activation and gradient (C, h, w) of the stage for this place's logit of this class."""
    with differentiable_from({stage: model.stages[stage]}) as seen:
        logits = model.class_logits(pixels)[0]
        if not settings.origin < len(logits):
            raise ValueError(f"expected an origin below {len(logits)}, got {settings.origin}")
        (gradient,) = torch.autograd.grad(logits[settings.origin, settings.class_id], seen[stage])
    return seen[stage].detach()[0].float(), gradient[0].float()


def _check(model: Detector, settings: ExplainSettings) -> None:
    if settings.method not in METHODS:
        raise ValueError(f"expected a method of {list(METHODS)}, got {settings.method!r}")
    if settings.method != ATTENTION and not model.stages:
        raise ModelCannot(model=model.card.key, ability="class map")
    if settings.stage and settings.stage not in model.stages:
        raise ValueError(f"expected a stage of {list(model.stages)}, got {settings.stage!r}")
    if not (0 <= settings.class_id < len(model.labels) and settings.origin >= 0):
        raise ValueError(f"expected a class below {len(model.labels)} and an origin from 0, got {settings}")


def share_inside(heatmap: Heatmap, match: BoxSet) -> tuple[float, float]:
    """Which share of the map's sum lies inside the first box, and which share of the map's region that box covers.

    Counted in eighths of a cell, so that a box's edge may run through one.
    """
    x0, y0, x1, y1 = heatmap.region_xyxy
    rows, columns = heatmap.grid.shape
    across = x0 + (np.arange(8 * columns) + 0.5) * (x1 - x0) / (8 * columns)
    down = y0 + (np.arange(8 * rows) + 0.5) * (y1 - y0) / (8 * rows)
    left, top, right, bottom = (float(value) for value in match.boxes_xyxy[0])
    inside = ((down >= top) & (down <= bottom))[:, None] & ((across >= left) & (across <= right))
    values = np.kron(heatmap.grid, np.ones((8, 8)))
    total = float(values.sum())
    return (float(values[inside].sum()) / total if total else 0.0), float(inside.mean())
