"""What does a COCO evaluation cost beside pycocotools, for the same twelve numbers: by hotcoco, and with all traces?

Both sides read the two JSON files and end with the numbers. BENCH_EVALUATION=full measures the large set too
(5,000 pictures, 36,000 objects, 300,000 detections, 80 classes), which takes pycocotools minutes.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.metrics.detection.coco_definitions import summarised
from vizcore.metrics.detection.coco_files import read_coco_pair
from vizcore.metrics.detection.coco_summary import accumulated, coco_statistics
from vizcore.metrics.detection.coco_written import found_json, truth_json
from vizcore.metrics.detection.dataset import DetectionData, found_boxes, numbered_pictures, truth_boxes

SMALL = (500, 3_600, 30_000)
LARGE = (5_000, 36_000, 300_000)
CLASSES = 80


def main() -> list[Measurement]:
    with tempfile.TemporaryDirectory() as folder:
        small = _written(Path(folder), "small", _set(*SMALL))
        measured = [
            _compare("evaluation.traced.30k", small, own=True, target=0.5, rounds=3),
            _compare("evaluation.end_to_end.30k", small, own=False, target=0.05, rounds=3),
        ]
        if os.environ.get("BENCH_EVALUATION") == "full":
            large = _written(Path(folder), "large", _set(*LARGE))
            measured.append(_compare("evaluation.end_to_end.300k", large, own=False, target=0.02, rounds=2))
        return measured


def _set(pictures: int, objects: int, boxes: int) -> DetectionData:
    """Objects of all sizes; half of the detections near one, the others anywhere."""
    draws = np.random.default_rng(0)
    sides = np.exp(draws.uniform(np.log(8), np.log(300), (objects, 2)))
    truth = truth_boxes(
        draws.integers(0, pictures, objects),
        np.concatenate([draws.uniform(0, 340, (objects, 2)), sides], axis=1).round(2),
        draws.integers(0, CLASSES, objects),
        crowd=draws.random(objects) < 0.01,
    )
    source = draws.integers(0, objects, boxes)
    near = draws.random(boxes) < 0.5
    moved = truth.boxes_xywh[source] * draws.normal(1, 0.08, (boxes, 4))
    found = found_boxes(
        np.where(near, truth.images[source], draws.integers(0, pictures, boxes)),
        np.abs(moved).round(2),
        np.where(near, truth.classes[source], draws.integers(0, CLASSES, boxes)),
        draws.random(boxes).round(5),
    )
    names = tuple(f"class {row}" for row in range(CLASSES))
    sizes = numbered_pictures(np.full((pictures, 2), 640))
    return DetectionData(sizes, names, tuple(range(1, CLASSES + 1)), truth, found)


def _written(folder: Path, name: str, data: DetectionData) -> tuple[Path, Path]:
    files = folder / f"{name}-gt.json", folder / f"{name}-dt.json"
    for file, content in zip(files, (truth_json(data), found_json(data)), strict=True):
        file.write_text(json.dumps(content))
    return files


def _compare(name: str, files: tuple[Path, Path], *, own: bool, target: float, rounds: int) -> Measurement:
    return compare(
        name,
        lambda: _ours(files, own),
        lambda: _peers(files),
        rounds=rounds,
        target=target,
        equal=lambda ours, peers: bool(np.abs(ours - peers).max() <= 1e-12),
        peer_name="pycocotools",
    )


def _ours(files: tuple[Path, Path], own: bool) -> np.ndarray:
    data = read_coco_pair(files[0].read_bytes(), files[1].read_bytes())
    if own:
        return summarised(accumulated(data.truth, data.found, len(data.class_names)))
    return coco_statistics(data)


def _peers(files: tuple[Path, Path]) -> np.ndarray:
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(files[0]))
        evaluation = COCOeval(truth, truth.loadRes(str(files[1])), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return np.asarray(evaluation.stats)
