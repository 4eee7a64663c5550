"""A data set in seconds: drawn scenes, whose boxes are exact, and what a detector says about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.metrics.detection.dataset import (
    DetectionData,
    FoundBoxes,
    found_boxes,
    numbered_pictures,
    truth_boxes,
)
from vizcore.photo import Photo
from vizcore.results import BoxSet, FloatArray
from vizcore.scenes import SceneSettings, draw_scene

WIDTH, HEIGHT = 320, 240


@dataclass(frozen=True)
class SceneDatasetSettings:
    """pictures: how many; objects: the most in one picture, which holds 1 to so many. overlap, noise: of the scenes."""

    pictures: int = 24
    objects: int = 7
    overlap: float = 0.3
    noise: float = 0.1
    seed: int = 0


@dataclass(frozen=True, eq=False)
class SceneDataset:
    """photos: one for each picture of `data`, which has no detections yet."""

    photos: tuple[Photo, ...]
    data: DetectionData


def make_scene_dataset(settings: SceneDatasetSettings) -> SceneDataset:
    """The scenes of these settings with their exact truth; the same settings give the same pictures."""
    scenes = [draw_scene(_scene_settings(settings, place)) for place in range(settings.pictures)]
    names = scenes[0].class_names if scenes else SceneSettings().classes
    counts = [len(scene.labels) for scene in scenes]
    boxes = np.concatenate([np.zeros((0, 4)), *(scene.boxes_xyxy for scene in scenes)])
    truth = truth_boxes(
        np.repeat(np.arange(len(scenes)), counts),
        as_xywh(boxes),
        np.concatenate([np.zeros(0, np.int64), *(scene.labels for scene in scenes)]),
        areas=np.concatenate([np.zeros(0), *(scene.areas for scene in scenes)]),
    )
    photos = tuple(scene.photo for scene in scenes)
    pictures = numbered_pictures([[WIDTH, HEIGHT]] * len(scenes), tuple(photo.name for photo in photos))
    none = found_boxes([], [], [], [])
    return SceneDataset(photos, DetectionData(pictures, names, tuple(range(1, len(names) + 1)), truth, none))


def detections_as_found(detections: Sequence[BoxSet], class_names: tuple[str, ...]) -> tuple[FoundBoxes, int]:
    """One detector's answers, one set for each picture, under `class_names`; and how many boxes have another class."""
    rows = {name: row for row, name in enumerate(class_names)}
    images, boxes, classes, scores = [], [], [], []
    for picture, found in enumerate(detections):
        images.append(np.full(len(found), picture))
        boxes.append(as_xywh(found.boxes_xyxy))
        classes.append(np.array([rows.get(found.labels[each], -1) for each in found.class_ids], dtype=np.int64))
        scores.append(found.scores)
    if not detections:
        return found_boxes([], [], [], []), 0
    table = (np.concatenate(each) for each in (images, boxes, classes, scores))
    images_of, boxes_of, classes_of, scores_of = table
    known = classes_of >= 0
    return found_boxes(images_of[known], boxes_of[known], classes_of[known], scores_of[known]), int((~known).sum())


def as_xywh(boxes_xyxy: FloatArray) -> FloatArray:
    """(n, 4) edges -> (n, 4) x, y, width, height."""
    boxes = np.asarray(boxes_xyxy, dtype=np.float64).reshape(-1, 4)
    return np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)


def _scene_settings(settings: SceneDatasetSettings, place: int) -> SceneSettings:
    draws = np.random.default_rng([settings.seed, 77, place])
    return SceneSettings(
        seed=1000 * settings.seed + place,
        objects=int(draws.integers(1, settings.objects + 1)),
        size=float(draws.uniform(0.14, 0.55)),
        overlap=settings.overlap,
        noise=settings.noise,
        width=WIDTH,
        height=HEIGHT,
    )
