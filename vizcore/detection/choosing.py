"""Which of a detector's candidates become its answer? Score threshold, class filter, NMS and a limit; no model runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vizcore.detection.boxes import iou_matrix, usable_boxes
from vizcore.detection.nms import Indices, Kept, NmsRule, Trace, nms, nms_with_trace
from vizcore.results import BoxSet, Candidates, Detections, FloatArray, Provenance, Result
from vizcore.zoo.detection_labels import coco_name

LEAST_SCORE = 1e-12  # a box that was lowered below it is gone even where no least score is asked
DUPLICATE_IOU = 0.5  # two boxes of one class that overlap by more probably show one object


@dataclass(frozen=True)
class ChoiceSettings:
    """score: least score. iou, method, agnostic, sigma: of NMS (see `NmsRule`), for detectors that need it.

    classes: labels to keep, by whichever of its names, empty for all; a label that the detector does not know keeps
    nothing. limit: most detections, 0 for all. always_nms: also for a detector that needs none.
    """

    score: float = 0.25
    iou: float = 0.7
    classes: tuple[str, ...] = ()
    method: str = "greedy"
    agnostic: bool = False
    limit: int = 300
    sigma: float = 0.5
    always_nms: bool = False

    @property
    def rule(self) -> NmsRule:
        """The part of it that is NMS."""
        return NmsRule(self.method, self.iou, self.agnostic, self.sigma, floor=self.score, limit=self.limit)


@dataclass(frozen=True, eq=False)
class ChoiceSteps(Result):
    """The detections, and how they came about.

    kept (k,): rows of the candidates that were kept, in the order of NMS's steps. trace: rows of the candidates.
    left_out: how many candidates fell to what: unusable, score, classes, nms, limit; second_class, where one answer of
    the model passed with several classes.
    """

    detections: Detections
    kept: Indices
    trace: Trace
    left_out: Mapping[str, int]

    def roles(self, candidates: Candidates, settings: ChoiceSettings, step: int) -> dict[str, list[int]]:
        """Rows of the candidates by what happens to them in this step (from 0): chosen, dropped, kept, waiting."""
        kept = [int(row) for row in self.kept]
        met = [suppression.dropped for suppression in self.trace.rows(step)]
        gone = {
            suppression.dropped
            for earlier in range(step)
            for suppression in self.trace.rows(earlier)
            if not suppression.score_after >= max(settings.score, LEAST_SCORE)
        }
        done = {*kept[: step + 1], *met, *gone}
        entered = _one_for_each_answer(candidates, np.flatnonzero(_passing(candidates, settings)))
        waiting = [row for row in entered.tolist() if row not in done]
        return {"chosen": kept[step : step + 1], "dropped": met, "kept": kept[:step], "waiting": waiting}


def choose(candidates: Candidates, settings: ChoiceSettings | None = None) -> Detections:
    """The candidates that pass, best first, scores lowered where Soft-NMS was chosen.

    Candidates that are not finite, inverted or without area inside the photo never pass. Boxes are cut at the photo's
    edges after NMS, as Ultralytics does. NMS is left out when the detector needs none, unless `always_nms`; its answers
    are taken once each either way.
    """
    settings = settings or ChoiceSettings()
    rows = _one_for_each_answer(candidates, np.flatnonzero(_passing(candidates, settings)))
    kept = (
        nms(*_columns(candidates, rows), settings.rule)
        if candidates.needs_nms or settings.always_nms
        else _first(candidates, rows, settings)
    )
    return _detections(candidates, rows[kept.indices], kept.scores, settings)


def at_higher_score(chosen: Detections, score: float) -> Detections:
    """What `choose` would give with this least score, from what it gave with a lower one and greedy NMS or none.

    Both go from the best down, so that what passes at a higher score is what reaches it.
    """
    taken = chosen.take(np.flatnonzero(chosen.scores >= score))
    made = chosen.provenance
    choice = {**made.settings["choice"], "score": score}
    return taken.with_provenance(replace(made, settings={**made.settings, "choice": choice}))


def choose_step_by_step(candidates: Candidates, settings: ChoiceSettings | None = None) -> ChoiceSteps:
    """The same detections with every step of NMS; the trace of a detector that needs no NMS is empty."""
    settings = settings or ChoiceSettings()
    passing = np.flatnonzero(_passing(candidates, settings))
    rows = _one_for_each_answer(candidates, passing)
    if candidates.needs_nms or settings.always_nms:
        kept, trace = nms_with_trace(*_columns(candidates, rows), settings.rule)
        trace = replace(trace, kept=rows[trace.kept], dropped=rows[trace.dropped])
    else:
        kept = _first(candidates, rows, settings)
        trace = nms_with_trace(*_columns(candidates, rows[:0]))[1]
    detections = _detections(candidates, rows[kept.indices], kept.scores, settings)
    again = len(passing) - len(rows)
    left_out = {
        **_left_out(candidates, settings),
        **({"second_class": again} if again else {}),
        "nms": trace.lost,
        "limit": len(rows) - len(detections) - trace.lost,
    }
    return ChoiceSteps(detections.provenance, detections, rows[kept.indices], trace, left_out)


def duplicates(found: BoxSet, iou: float = DUPLICATE_IOU) -> int:
    """How many boxes overlap a better one of their class by more than `iou`; the best stand first."""
    overlap = iou_matrix(found.boxes_xyxy, found.boxes_xyxy) > iou
    same = found.class_ids[:, None] == found.class_ids
    return int(np.tril(overlap & same, -1).any(axis=1).sum())


def missing(chosen: BoxSet, found: BoxSet) -> int:
    """How many of the chosen boxes are not among those found: the same answer of the model with the same class."""
    kept = set(zip(found.origin.tolist(), found.class_ids.tolist(), strict=True))
    return sum(each not in kept for each in zip(chosen.origin.tolist(), chosen.class_ids.tolist(), strict=True))


def _passing(candidates: Candidates, settings: ChoiceSettings) -> NDArray[np.bool_]:
    passing = usable_boxes(inside_photo(candidates), candidates.scores) & (candidates.scores >= settings.score)
    return np.asarray(passing & _of_wanted_class(candidates, settings))


def inside_photo(boxes: BoxSet) -> FloatArray:
    """The boxes (n, 4) cut at the photo's edges."""
    width, height = boxes.size_wh
    inside: FloatArray = boxes.boxes_xyxy.clip(0, [width, height, width, height])
    return inside


def _of_wanted_class(candidates: Candidates, settings: ChoiceSettings) -> NDArray[np.bool_]:
    if not settings.classes:
        return np.ones(len(candidates), bool)
    names = {coco_name(label) for label in settings.classes}
    wanted = [index for index, label in enumerate(candidates.labels) if coco_name(label) in names]
    return np.isin(candidates.class_ids, wanted)


def _left_out(candidates: Candidates, settings: ChoiceSettings) -> dict[str, int]:
    """Each candidate counts for the first thing it fails."""
    usable = usable_boxes(inside_photo(candidates), candidates.scores)
    scored = usable & (candidates.scores >= settings.score)
    wanted = scored & _of_wanted_class(candidates, settings)
    counts = [int(each.sum()) for each in (usable, scored, wanted)]
    return {
        "unusable": len(candidates) - counts[0],
        "score": counts[0] - counts[1],
        "classes": counts[1] - counts[2],
    }


def _columns(candidates: Candidates, rows: Indices) -> tuple[FloatArray, FloatArray, Indices]:
    return candidates.boxes_xyxy[rows], candidates.scores[rows], candidates.class_ids[rows].astype(np.int64)


def _one_for_each_answer(candidates: Candidates, rows: Indices) -> Indices:
    """Where a detector needs no NMS each of its answers once, with its best class, best first; else all rows.

    A query that is sure of two classes is still one object.
    """
    if candidates.needs_nms:
        return rows
    ranked: Indices = rows[np.argsort(-candidates.scores[rows], kind="stable")]
    _own, first = np.unique(candidates.origin[ranked], return_index=True)
    once: Indices = ranked[np.sort(first)]
    return once


def _first(candidates: Candidates, rows: Indices, settings: ChoiceSettings) -> Kept:
    order = np.arange(len(rows))[: settings.limit or None]
    return Kept(order, candidates.scores[rows[order]])


def _detections(candidates: Candidates, rows: Indices, scores: FloatArray, settings: ChoiceSettings) -> Detections:
    return Detections(
        provenance=_provenance(candidates.provenance, settings),
        boxes_xyxy=inside_photo(candidates)[rows],
        scores=scores,
        class_ids=candidates.class_ids[rows],
        origin=candidates.origin[rows],
        labels=candidates.labels,
        size_wh=candidates.size_wh,
    )


def _provenance(before: Provenance, settings: ChoiceSettings) -> Provenance:
    return replace(before, settings={**before.settings, "choice": asdict(settings)})
