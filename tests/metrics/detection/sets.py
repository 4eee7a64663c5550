"""Sets of boxes for tests, and what pycocotools says of them."""

from __future__ import annotations

import contextlib
import io

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from vizcore.metrics.detection.coco_written import found_json, truth_json
from vizcore.metrics.detection.dataset import DetectionData, found_boxes, numbered_pictures, truth_boxes


def small_set(
    truth: list[tuple[int, list[float], int]],
    found: list[tuple[int, list[float], int, float]],
    *,
    pictures: int = 2,
    classes: int = 2,
    crowd: list[bool] | None = None,
    difficult: list[bool] | None = None,
) -> DetectionData:
    """truth: (picture, x y w h, class); found: the same with a score; crowd, difficult: for each true box."""
    return DetectionData(
        numbered_pictures([[100, 100]] * pictures),
        tuple("abcdefgh"[:classes]),
        tuple(range(1, classes + 1)),
        truth_boxes(
            [row[0] for row in truth],
            [row[1] for row in truth],
            [row[2] for row in truth],
            crowd=crowd,
            difficult=difficult,
        ),
        found_boxes(*([row[place] for row in found] for place in range(4))),
    )


def random_set(
    seed: int, *, pictures: int = 5, classes: int = 3, objects: int = 50, boxes: int = 200, levels: int = 0
) -> DetectionData:
    """Objects of all sizes, some of them crowds; the last class never in the truth; scores of few `levels` are tied."""
    draws = np.random.default_rng(seed)
    corner, sides = draws.integers(0, 300, (objects, 2)), draws.integers(1, 140, (objects, 2))
    truth = truth_boxes(
        draws.integers(0, pictures, objects),
        np.concatenate([corner, sides], axis=1),
        draws.integers(0, max(1, classes - 1), objects),
        areas=sides.prod(axis=1) * draws.uniform(0.4, 1.0, objects),
        crowd=draws.random(objects) < 0.15,
        difficult=draws.random(objects) < 0.15,
    )
    source = draws.integers(0, objects, boxes)
    moved = truth.boxes_xywh[source] + draws.normal(0, 6, (boxes, 4)) * (draws.random((boxes, 1)) < 0.7)
    moved[:, 2:] = np.abs(moved[:, 2:])
    same = draws.random(boxes) < 0.8
    found = found_boxes(
        np.where(draws.random(boxes) < 0.9, truth.images[source], draws.integers(0, pictures, boxes)),
        moved,
        np.where(same, truth.classes[source], draws.integers(0, classes, boxes)),
        draws.integers(0, levels, boxes) / levels if levels else draws.random(boxes),
    )
    names = tuple("abcdefgh"[:classes])
    sizes = numbered_pictures([[500, 500]] * pictures)
    return DetectionData(sizes, names, tuple(range(1, classes + 1)), truth, found)


def pycocotools_stats(data: DetectionData) -> np.ndarray:
    """The twelve numbers of pycocotools itself."""
    truth = COCO()
    truth.dataset = truth_json(data)
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(found_json(data)), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return np.asarray(evaluation.stats)
