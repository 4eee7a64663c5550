"""How much of ultralytics' time does our NMS need, and of supervision's our drawing of boxes, for the same answer?

NMS goes from a YOLO's raw output (84 x 8400: boxes and 80 scores) to the indices kept, through the functions that the
app calls, at score 0.25 and IoU 0.7: in a crowd, where 2500 boxes pass the threshold and 300 are kept, and on a street,
where 150 pass it. Drawing puts 30 labelled boxes on a photo of 1280 x 720.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import supervision
import torch
import torchvision  # noqa: F401 - both sides use its compiled NMS where it is loaded, as it is in the app

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.detection.candidates import ProposeSettings, _best_rows
from vizcore.detection.nms import NmsRule, nms
from vizcore.figures.boxes import draw_boxes
from vizcore.photo import Photo
from vizcore.results import Detections, Provenance
from vizcore.zoo.guards import import_ultralytics

ANCHORS, CLASSES, SIDE = 8400, 80, 640
SCORE, IOU, MOST = 0.25, 0.7, 300
CASES = (("crowd", 2500, 0.65), ("street", 150, 1.0))  # boxes above the threshold, and the target
LABELS = tuple(f"class {index}" for index in range(CLASSES))
WIDTH, HEIGHT, DRAWN, DRAWING_TARGET = 1280, 720, 30, 0.7
ROUNDS = 31  # each takes a millisecond or two


def main() -> list[Measurement]:
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    return [*(_nms(rng, *case) for case in CASES), _drawing(rng)]


def _nms(rng: np.random.Generator, name: str, passing: int, target: float) -> Measurement:
    import_ultralytics()
    from ultralytics.utils.nms import non_max_suppression

    raw = torch.from_numpy(_raw_output(rng, passing))
    model: Any = SimpleNamespace(one_class=True)

    def ours() -> np.ndarray:
        centres, halves, scores = raw[0, :2], raw[0, 2:4] / 2, raw[0, 4:].T
        rows = _best_rows(model, torch.cat([centres - halves, centres + halves]).T, scores, ProposeSettings(SCORE))
        return rows.origin[nms(rows.boxes, rows.scores, rows.class_ids, NmsRule(iou=IOU, limit=MOST)).indices]

    return compare(
        f"boxes.nms.{name}",
        ours,
        lambda: non_max_suppression(raw, SCORE, IOU, max_det=MOST, return_idxs=True)[1][0],
        rounds=ROUNDS,
        target=target,
        equal=lambda mine, theirs: np.array_equal(mine, theirs.numpy()),
        peer_name="ultralytics non_max_suppression",
    )


def _raw_output(rng: np.random.Generator, passing: int) -> np.ndarray:
    """(1, 84, 8400) float32: about five of the `passing` boxes lie on each object, the others score below 0.2."""
    objects = passing // 5
    centres, sides = rng.uniform(0, SIDE, (ANCHORS, 2)), rng.uniform(20, 200, (ANCHORS, 2))
    scores = rng.random((ANCHORS, CLASSES)) * 0.2
    chosen, of = rng.choice(ANCHORS, passing, replace=False), rng.integers(0, objects, passing)
    centres[chosen] = rng.uniform(50, SIDE - 50, (objects, 2))[of] + rng.normal(0, 3, (passing, 2))
    sides[chosen] = rng.uniform(20, 200, (objects, 2))[of] * rng.uniform(0.9, 1.1, (passing, 2))
    scores[chosen, rng.integers(0, CLASSES, objects)[of]] = rng.uniform(0.26, 0.95, passing)
    columns = np.concatenate([centres, sides, scores], axis=1).T[None]
    return np.ascontiguousarray(columns, np.float32)  # as the network lays it out: score by score


def _drawing(rng: np.random.Generator) -> Measurement:
    """Every round draws other boxes with other scores; both sides start from the same untouched photo."""
    grain = rng.integers(0, 255, (HEIGHT // 40, WIDTH // 40, 3), dtype=np.uint8)
    photo = Photo(cv2.resize(grain, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), "noise")
    answers = [_detections(rng) for _ in range(ROUNDS + 2)]
    line = max(2, round(3 * WIDTH / 1024))  # ours is as wide
    boxes, labels = supervision.BoxAnnotator(thickness=line), supervision.LabelAnnotator()

    def theirs(found: Detections) -> np.ndarray:
        seen = supervision.Detections(found.boxes_xyxy, confidence=found.scores, class_id=found.class_ids)
        words = [f"{LABELS[index]} {score:.2f}" for index, score in zip(found.class_ids, found.scores, strict=True)]
        return labels.annotate(boxes.annotate(photo.rgb.copy(), seen), seen, labels=words)

    for each in answers:  # letters are drawn once: in the app they are known after the first photos
        draw_boxes(photo, each, longest_side=0)
    queues = [iter(answers * 2), iter(answers * 2)]
    return compare(
        "boxes.draw30",
        lambda: draw_boxes(photo, next(queues[0]), longest_side=0),
        lambda: theirs(next(queues[1])),
        rounds=ROUNDS,
        target=DRAWING_TARGET,
        equal=lambda mine, other: bool((mine != photo.rgb).any() and (other != photo.rgb).any()),
        peer_name="supervision BoxAnnotator + LabelAnnotator",
    )


def _detections(rng: np.random.Generator) -> Detections:
    corners = rng.uniform(0, 1, (DRAWN, 2)) * [WIDTH - 200, HEIGHT - 200]
    return Detections(
        Provenance(),
        boxes_xyxy=np.concatenate([corners, corners + rng.uniform(20, 200, (DRAWN, 2))], axis=1).astype(np.float32),
        scores=np.sort(rng.random(DRAWN))[::-1].astype(np.float32),
        class_ids=rng.integers(0, CLASSES, DRAWN),
        origin=np.arange(DRAWN),
        labels=LABELS,
        size_wh=(WIDTH, HEIGHT),
    )
