"""How sure are the mean numbers on a bundled detector's card? The middle 95 % over resamples of the photos.

A photo that is drawn k times counts k times with all of its boxes, so no answer is sorted or matched again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.detection_packs import PERSON, BoxedPhoto
from training.detector_answers import Found
from training.evaluate_detectors import large_persons, matched
from vizcore.zoo.bundled.mini_detectors import LABELS

RESAMPLES = 1000
RECALLS = np.linspace(0, 1, 101)  # COCO's
IOUS = np.linspace(0.5, 0.95, 10)
Interval = tuple[float, float]
Weights = np.ndarray  # (photos,): how often each photo counts


class AveragePrecision:
    """COCO's AP (101 recalls) of one class at one IoU, in percent, for any weights of the photos.

    photo, scores, right (n,): of each answer of the class; truths (photos,): how many objects each photo has.
    """

    def __init__(self, photo: np.ndarray, scores: np.ndarray, right: np.ndarray, truths: np.ndarray) -> None:
        order = np.argsort(-scores, kind="stable")
        self._photo, self._right, self._truths = photo[order], right[order], truths

    def __call__(self, weights: Weights) -> float:
        """0 where the class has no object."""
        counted = weights[self._photo]
        hits, answers = (self._right * counted).cumsum(), counted.cumsum()
        truths = float(self._truths @ weights)
        if not len(hits) or not truths:
            return 0.0
        precision = np.maximum.accumulate((hits / np.maximum(answers, 1))[::-1])[::-1]
        places = np.searchsorted(hits / truths, RECALLS - 1e-12)
        return 100 * float(np.where(places < len(hits), precision[np.minimum(places, len(hits) - 1)], 0).mean())


def average_precisions(photos: list[BoxedPhoto], found: list[Found], iou: float) -> list[AveragePrecision]:
    """One for each class."""
    orders = [scores.argsort(descending=True) for _, scores, _ in found]
    right = np.concatenate([matched(p, f, 0.0, iou)[0] for p, f in zip(photos, found, strict=True)])
    scores = np.concatenate([f[1][o].numpy() for f, o in zip(found, orders, strict=True)])
    classes = np.concatenate([f[2][o].numpy() for f, o in zip(found, orders, strict=True)])
    photo = np.repeat(np.arange(len(photos)), [len(o) for o in orders])
    truths = np.array([np.bincount(p.classes, minlength=len(LABELS)) for p in photos])
    return [
        AveragePrecision(photo[mine], scores[mine], right[mine], truths[:, c])
        for c, mine in enumerate(classes == c for c in range(len(LABELS)))
    ]


def intervals(
    photos: list[BoxedPhoto], found: list[Found], threshold: float, *, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Interval]:
    """By the names of `evaluate`'s numbers: AP50 of each class, both mAPs, false boxes to each large person found."""
    at = {float(iou): average_precisions(photos, found, float(iou)) for iou in IOUS}
    persons = np.array(
        [large_persons(p, f, threshold) if p.known[PERSON] else (0, 0, 0) for p, f in zip(photos, found, strict=True)]
    )

    def false_per_found(weights: Weights) -> float:
        _, hit, wrong = weights @ persons
        return 100 * float(wrong / max(hit, 1))

    statistics: dict[str, Callable[[Weights], float]] = {
        **{f"ap50_{label}": each for label, each in zip(LABELS, at[0.5], strict=True)},
        "map50": lambda weights: float(np.mean([each(weights) for each in at[0.5]])),
        "map": lambda weights: float(np.mean([each(weights) for row in at.values() for each in row])),
        "large_persons_false_per_found": false_per_found,
    }
    rng, count = np.random.default_rng(seed), len(photos)
    draws = [np.bincount(rng.integers(count, size=count), minlength=count) for _ in range(resamples)]
    return {name: _middle([each(weights) for weights in draws]) for name, each in statistics.items()}


def _middle(values: list[float]) -> Interval:
    low, high = np.percentile(values, (2.5, 97.5))
    return round(float(low), 1), round(float(high), 1)
