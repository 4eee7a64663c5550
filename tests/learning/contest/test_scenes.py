"""Scenes have tight boxes that do not overlap; perfect answers have a mAP of 1, none has 0."""

from __future__ import annotations

import numpy as np

from vizcore.learning.contest.detector import mean_average_precision
from vizcore.learning.contest.digits import LabelledDigits, packaged_data
from vizcore.learning.contest.scenes import INK, SCENE_SIDE, Scene, scenes_for_test, scenes_of


def some(count: int) -> LabelledDigits:
    return packaged_data().test.at(np.arange(0, 1000, 1000 // count)[:count])


def test_no_digit_makes_no_scene() -> None:
    assert scenes_of(some(10).at(np.arange(0)), np.random.default_rng(0)) == []


def test_boxes_are_tight_and_apart() -> None:
    scenes = scenes_for_test(packaged_data().test, 30)
    assert len(scenes) == 30
    for scene in scenes:
        assert 1 <= len(scene.labels) <= 3
        left = scene.picture.copy()
        for x0, y0, x1, y1 in scene.boxes_xyxy.astype(int):
            ink = scene.picture[y0:y1, x0:x1] >= INK
            assert all(edge.any() for edge in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))
            assert 0 <= x0 < x1 <= SCENE_SIDE
            left[y0:y1, x0:x1] = 0
        assert not left.any()  # nothing outside the boxes, and so no two digits on each other


def test_the_tests_scenes_are_the_same_for_everybody() -> None:
    first, second = (scenes_for_test(packaged_data().test, 5) for _ in range(2))
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(first, second, strict=True))


def found(scene: Scene, *, shift: float = 0.0) -> dict[str, np.ndarray]:
    return {"boxes": scene.boxes_xyxy + shift, "scores": np.full(len(scene.labels), 0.9), "labels": scene.labels}


def test_mean_average_precision_at_its_ends() -> None:
    scenes = scenes_for_test(packaged_data().test, 20)
    nothing = {"boxes": np.zeros((0, 4)), "scores": np.zeros(0), "labels": np.zeros(0, int)}
    assert mean_average_precision(scenes, [found(each) for each in scenes]) == (1.0, 1.0)
    assert mean_average_precision(scenes, [nothing] * len(scenes)) == (0.0, 0.0)
    loose = mean_average_precision(scenes, [found(each, shift=2.0) for each in scenes])
    assert 0 < loose[0] < loose[1] <= 1
