"""A detector that errs as one wishes: the truth with boxes lost, moved, doubled, taken for others and invented.

No model runs, and nothing is learnt: it shows what each kind of mistake does to the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.errors import SettingOutOfRange
from vizcore.metrics.detection.dataset import DetectionData, FoundBoxes, IntArray, found_boxes
from vizcore.results import FloatArray

LIMITS: dict[str, tuple[float, float]] = {
    "misses": (0.0, 1.0),
    "false_alarms": (0.0, 10.0),
    "jitter": (0.0, 0.5),
    "confusion": (0.0, 1.0),
    "duplicates": (0.0, 1.0),
    "score_noise": (0.0, 4.0),
    "confidence": (0.25, 4.0),
}
RIGHT_LOGIT, WRONG_LOGIT = 1.5, -1.0


@dataclass(frozen=True)
class SyntheticSettings:
    """misses: chance that an object is not found, larger for small objects. false_alarms: mean number in a picture.

    jitter: standard deviation of each edge, as a share of the box's side. confusion: chance of another class's name.
    duplicates: chance of a second box on the same object. score_noise: how far scores stray from what is right (in
    logits). confidence: all logits times this; over 1 the detector is surer than it should be. Each slider has random
    numbers of its own, so that moving one leaves the others' mistakes as they are.
    """

    misses: float = 0.15
    false_alarms: float = 0.8
    jitter: float = 0.06
    confusion: float = 0.08
    duplicates: float = 0.08
    score_noise: float = 1.0
    confidence: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=value)


def synthetic_detections(data: DetectionData, settings: SyntheticSettings) -> FoundBoxes:
    """What this detector finds in the pictures of `data`; the same seed gives the same boxes."""
    rows = _found_objects(data, settings)
    classes = _named(data, rows, settings)
    doubled = rows[_stream(settings, 5).random(len(data.truth))[rows] < settings.duplicates]
    alarms = _false_alarms(data, settings)
    moved = _moved(data, settings, 1)[rows]
    second = _moved(data, settings, 2, extra=0.03)[doubled]
    class_of = np.full(len(data.truth), -1)
    class_of[rows] = classes
    right = _scores(len(data.truth), RIGHT_LOGIT, settings, 6)
    return found_boxes(
        np.r_[data.truth.images[rows], data.truth.images[doubled], alarms.images],
        np.concatenate([moved, second, alarms.boxes_xywh]),
        np.r_[classes, class_of[doubled], alarms.classes],
        np.r_[right[rows], _scores(len(data.truth), 0.0, settings, 7)[doubled], alarms.scores],
    )


def _stream(settings: SyntheticSettings, purpose: int) -> np.random.Generator:
    return np.random.default_rng([settings.seed, purpose])


def _found_objects(data: DetectionData, settings: SyntheticSettings) -> IntArray:
    truth = data.truth
    sides = np.sqrt(np.maximum(truth.areas, 1.0))
    harder = np.clip(np.median(sides) / sides, 0.5, 2.0) if len(sides) else sides
    lost = _stream(settings, 0).random(len(truth)) < np.minimum(settings.misses * harder, 1.0)
    if settings.misses == 1:
        lost[:] = True
    return np.flatnonzero(~lost & ~truth.crowd)


def _named(data: DetectionData, rows: IntArray, settings: SyntheticSettings) -> IntArray:
    draws = _stream(settings, 3)
    count = len(data.class_names)
    confused = draws.random(len(data.truth)) < settings.confusion
    steps = draws.integers(1, max(2, count), len(data.truth))
    classes = np.where(confused & (count > 1), (data.truth.classes + steps) % count, data.truth.classes)
    return np.asarray(classes[rows], dtype=np.int64)


def _moved(data: DetectionData, settings: SyntheticSettings, purpose: int, extra: float = 0.0) -> FloatArray:
    """The true boxes with each edge moved, (n, 4); `extra` moves even a detector without jitter."""
    boxes = data.truth.boxes_xywh
    noise = _stream(settings, purpose).standard_normal((len(boxes), 4)) * (settings.jitter + extra)
    low = boxes[:, :2] + noise[:, :2] * boxes[:, 2:]
    high = boxes[:, :2] + boxes[:, 2:] * (1 + noise[:, 2:])
    return np.concatenate([np.minimum(low, high), np.abs(high - low)], axis=1)


def _false_alarms(data: DetectionData, settings: SyntheticSettings) -> FoundBoxes:
    draws = _stream(settings, 4)
    # A Poisson process in order of arrival: more alarms keep the earlier ones where they are.
    most = round(4 * LIMITS["false_alarms"][1])
    arrivals = np.cumsum(draws.exponential(1.0, (len(data.pictures), most)), axis=1)
    places = draws.random((len(data.pictures), most, 2))
    sides = 0.08 + 0.32 * draws.random((len(data.pictures), most, 2))
    classes = draws.integers(0, len(data.class_names), (len(data.pictures), most))
    picture, number = np.nonzero(arrivals < settings.false_alarms)
    size = np.maximum(data.pictures.sizes_wh[picture], 1)
    wh = sides[picture, number] * size
    boxes = np.concatenate([places[picture, number] * (size - wh), wh], axis=1)
    scores = _scores(arrivals.size, WRONG_LOGIT, settings, 8).reshape(arrivals.shape)[picture, number]
    return found_boxes(picture, boxes, classes[picture, number], scores)


def _scores(count: int, logit: float, settings: SyntheticSettings, purpose: int) -> FloatArray:
    noise = _stream(settings, purpose).standard_normal(count) * settings.score_noise
    scores: FloatArray = 1 / (1 + np.exp(-settings.confidence * (logit + noise)))
    return scores
