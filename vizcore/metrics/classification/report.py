"""Every number about a set of scores at once, for the command line and for taking away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vizcore.metrics.classification.agreement import balanced_accuracy, confusion_of, top_k_accuracy
from vizcore.metrics.classification.averages import AVERAGES, averaged, class_counts, class_scores
from vizcore.metrics.classification.bootstrap import Bands
from vizcore.metrics.classification.calibration import calibration_of
from vizcore.metrics.classification.conventions import two_sided
from vizcore.metrics.classification.dataset import IntArray, ScoreSet
from vizcore.metrics.classification.probabilities import brier, negative_log_likelihood
from vizcore.metrics.classification.ranking import Ranking, average_precision, cheapest, rank, roc_auc
from vizcore.metrics.proportion import wilson_interval
from vizcore.results import FloatArray, Result

NAN = float("nan")


@dataclass(frozen=True, eq=False)
class ClassificationReport(Result):
    """numbers: by the command line's keys; NaN where a number is not defined, and `undefined` says why.

    confusion: (c, c), rows are the truth; for several labels (c, 2, 2), each [[TN, FP], [FN, TP]].
    per_class: one mapping for each label. operating_point: one class against the rest, where that was asked for.
    """

    kind: str
    labels: tuple[str, ...]
    examples: int
    numbers: Mapping[str, float]
    confusion: IntArray
    per_class: tuple[Mapping[str, Any], ...]
    undefined: Mapping[str, str] = field(default_factory=dict)
    operating_point: Mapping[str, Any] | None = None


def report_content(data: ScoreSet, threshold: float | FloatArray = 0.5) -> dict[str, Any]:
    """The fields of `ClassificationReport` but its provenance. threshold: one, or one for each label (c,); the best
    class answers where classes exclude each other, whatever its score.
    """
    predicted = data.predicted(threshold)
    sides = two_sided(data) if data.kind == "binary" else data
    counts = class_counts(sides.truth, sides.predicted(threshold))
    rankings = [rank(data.truth[:, column], data.scores[:, column]) for column in range(len(data.labels))]
    areas = np.array([roc_auc(each) for each in rankings])
    steps = np.array([average_precision(each) for each in rankings])
    numbers = {
        "top1": float((predicted == data.truth).all(axis=1).mean()) if len(data) else NAN,
        "balanced_accuracy": balanced_accuracy(confusion_of(data)) if data.kind == "multiclass" else NAN,
        "roc_auc": _mean(areas),
        "pr_auc": _mean(steps),
        "ece": _or_nan(calibration_of(data).error) if data.are_probabilities else NAN,
        "brier": brier(data),
        "nll": negative_log_likelihood(data),
    }
    for how in AVERAGES:
        found = averaged(counts, how)
        numbers |= {f"{how}_{name}": getattr(found, name) for name in ("precision", "recall", "f1")}
    if data.kind == "binary":
        numbers["balanced_accuracy"] = float(class_scores(counts, NAN).recall.mean())
    if data.kind == "multiclass":
        truth = data.truth.argmax(axis=1)
        for k in (2, 5):
            if k < len(data.labels):
                numbers[f"top{k}"] = top_k_accuracy(data.scores, truth, k)
    return {
        "kind": data.kind,
        "labels": data.labels,
        "examples": len(data),
        "numbers": numbers,
        "confusion": _confusion(data, predicted),
        "per_class": _per_class(data, predicted, areas, steps),
        "undefined": _undefined(data, numbers, areas, steps),
    }


def operating_point(ranking: Ranking, bands: Bands, threshold: float, *, miss: float, alarm: float) -> dict[str, Any]:
    """One class against the rest at one threshold, by language-free keys; NaN where a ratio is over nothing.

    accuracy_interval: Wilson's, 95 %. roc_auc_interval, pr_auc_interval: the middle 95 % of `resamples`. cheapest: null
    without an example, its threshold null where it costs least to call nothing positive.
    """
    counts = ranking.counts_at(threshold)
    return {
        "threshold": threshold,
        "tp": counts.tp,
        "fp": counts.fp,
        "fn": counts.fn,
        "tn": counts.tn,
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "accuracy": counts.accuracy,
        "accuracy_interval": wilson_interval(counts.tp + counts.tn, counts.total),
        "balanced_accuracy": counts.balanced_accuracy,
        "queue": counts.queue,
        "costs": {"miss": miss, "alarm": alarm, "total": counts.cost(miss, alarm)},
        "cheapest": cheapest(ranking, miss, alarm),
        "roc_auc": roc_auc(ranking),
        "roc_auc_interval": bands.roc_auc.tolist(),
        "pr_auc": average_precision(ranking),
        "pr_auc_interval": bands.average_precision.tolist(),
        "resamples": bands.used,
    }


def _mean(values: FloatArray) -> float:
    """Over the classes in which it is defined."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else NAN


def _or_nan(value: float | None) -> float:
    return NAN if value is None else value


def _confusion(data: ScoreSet, predicted: np.ndarray) -> IntArray:
    if data.kind == "multiclass":
        return confusion_of(data)
    counts = class_counts(data.truth, predicted)
    cells = np.stack([counts.tn, counts.fp, counts.fn, counts.tp], axis=1).reshape(-1, 2, 2)
    return np.asarray(cells[0] if data.kind == "binary" else cells)


def _per_class(
    data: ScoreSet, predicted: np.ndarray, areas: FloatArray, steps: FloatArray
) -> tuple[Mapping[str, Any], ...]:
    counts = class_counts(data.truth, predicted)
    found = class_scores(counts, NAN)
    return tuple(
        {
            "label": label,
            "support": int(counts.support[row]),
            "precision": float(found.precision[row]),
            "recall": float(found.recall[row]),
            "f1": float(found.f1[row]),
            "roc_auc": float(areas[row]),
            "pr_auc": float(steps[row]),
        }
        for row, label in enumerate(data.labels)
    )


def _undefined(data: ScoreSet, numbers: Mapping[str, float], areas: FloatArray, steps: FloatArray) -> dict[str, str]:
    """Why a number is missing: one_class, several_labels, not_probabilities, or classes_left_out (of its mean)."""
    reasons = {}
    if np.isnan(numbers["balanced_accuracy"]):
        reasons["balanced_accuracy"] = "several_labels" if data.kind == "multilabel" else "one_class"
    if np.isnan(numbers["roc_auc"]):
        reasons["roc_auc"] = "one_class"
    elif np.isnan(areas).any():
        reasons["roc_auc"] = "classes_left_out"
    if np.isnan(numbers["pr_auc"]):
        reasons["pr_auc"] = "one_class"
    elif np.isnan(steps).any():
        reasons["pr_auc"] = "classes_left_out"
    if not data.are_probabilities:
        reasons |= dict.fromkeys(("ece", "brier", "nll"), "not_probabilities")
    return reasons
