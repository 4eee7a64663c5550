"""From a runtime's arrays to a decision, as cheaply as the product would do it."""

from __future__ import annotations

from typing import Any

import numpy as np

from vizcore.detection.nms import NmsRule, nms
from vizcore.runtimes.onnx_session import Arrays

SCORE, IOU = 0.25, 0.7


def decide(model: Any, outputs: Arrays) -> list[Any]:
    """The first class of each picture, or its boxes after threshold and (where the model needs it) NMS."""
    if model.card.task == "classify":
        return [int(place) for place in outputs[0].argmax(axis=1)]
    if model.card.task != "detect":
        return list(outputs[0])
    return [_boxes(model, boxes, scores) for boxes, scores in zip(outputs[0], outputs[1], strict=True)]


def _boxes(model: Any, boxes: Any, scores: Any) -> Any:
    best = scores.max(axis=1)
    rows = np.flatnonzero(best >= SCORE)
    classes = scores[rows].argmax(axis=1)
    chosen = boxes[rows, classes] if boxes.ndim == 3 else boxes[rows]
    if not model.needs_nms:
        return chosen
    kept = nms(chosen.astype(np.float64), best[rows].astype(np.float64), classes.astype(np.int64), NmsRule(iou=IOU))
    return chosen[kept.indices]
