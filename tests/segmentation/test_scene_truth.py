"""Is a scene's truth complete, and does each kind of damage do what it says and nothing else?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.errors import SettingOutOfRange
from vizcore.metrics.masks.panoptic import Segments
from vizcore.metrics.masks.scores import SegmentScores, score_segments
from vizcore.scenes import SceneSettings, draw_scene
from vizcore.segmentation.scene_truth import DamageSettings, class_names, damaged, regroups, truth_of

SCENE = draw_scene(SceneSettings(seed=3, objects=7, size=0.42, overlap=0.35, width=240, height=180,
                                 classes=("cat", "dog", "person")))  # fmt: skip
TRUTH, NAMES = truth_of(SCENE), class_names(SCENE)


def scored(**settings: int) -> SegmentScores:
    return score_segments(TRUTH, damaged(TRUTH, len(NAMES), DamageSettings(**settings)), NAMES)


def test_truth_is_the_scenes() -> None:
    assert np.array_equal(TRUTH.semantic(), SCENE.semantic)
    assert len(TRUTH.class_ids) == len(SCENE.labels) + 1
    for number, mask in enumerate(SCENE.masks, start=2):
        assert np.array_equal(TRUTH.mask(number), mask)


def test_no_damage_is_perfect() -> None:
    found = scored()
    assert (found.mean_iou, found.pq, found.sq, found.rq) == (1, 1, 1, 1)
    assert len(found.panoptic.matches) == len(TRUTH.class_ids)


def test_missed_objects_are_missed() -> None:
    found = scored(missed=2)
    assert len(found.panoptic.missed) == 2
    assert found.panoptic.claimed == ()
    assert found.rq < 1


def test_renamed_objects_are_wrong_twice() -> None:
    found = scored(renamed=1)
    assert (len(found.panoptic.missed), len(found.panoptic.claimed)) == (1, 1)
    assert found.mean_iou < 1


def test_merging_and_cutting_leave_every_pixels_class() -> None:
    for settings in ({"merged": 1}, {"split": 2}):
        found = scored(**settings)
        assert found.mean_iou == 1.0
        assert found.pq < 1.0
    assert len(damaged(TRUTH, 4, DamageSettings(merged=1)).class_ids) == len(TRUTH.class_ids) - 1
    assert len(damaged(TRUTH, 4, DamageSettings(split=2)).class_ids) == len(TRUTH.class_ids) + 2


def test_what_was_not_merged_is_not_said_to_be() -> None:
    assert regroups(TRUTH, 4, DamageSettings(merged=1, shift_px=25))
    assert regroups(TRUTH, 4, DamageSettings(split=1))
    assert not regroups(TRUTH, 4, DamageSettings(shift_px=25))
    one = truth_of(draw_scene(SceneSettings(seed=3, objects=1, width=240, height=180)))
    assert not regroups(one, 4, DamageSettings(merged=1, shift_px=25)), "there is no pair"
    assert not regroups(one, 4, DamageSettings(missed=1, split=1)), "nothing is left to cut"


def test_invented_objects_are_claimed_in_vain() -> None:
    assert len(scored(invented=2).panoptic.claimed) >= 2


@pytest.mark.parametrize("settings", [{"shift_px": 4}, {"rim_px": 3}, {"rim_px": -3}])
def test_wrong_outlines_cost_quality_not_recognition(settings: dict[str, int]) -> None:
    found = scored(**settings)
    assert found.sq < 1
    assert found.mean_iou < 1


def test_the_same_settings_damage_the_same_objects() -> None:
    settings = DamageSettings(missed=1, invented=1, seed=4)
    first, second = (damaged(TRUTH, 4, settings) for _again in range(2))
    assert np.array_equal(first.numbers, second.numbers)


def test_an_empty_scene() -> None:
    empty = truth_of(draw_scene(SceneSettings(objects=0, width=48, height=40)))
    found = damaged(empty, 4, DamageSettings(missed=5, merged=3, split=2, renamed=1, shift_px=3))
    assert np.array_equal(found.numbers, np.ones((40, 48)))
    assert score_segments(empty, found, NAMES).pq == 1.0


def test_more_damage_than_objects() -> None:
    found = damaged(TRUTH, 4, DamageSettings(missed=12))
    assert (found.numbers == 1).all()
    nothing = score_segments(TRUTH, found, NAMES)
    assert len(nothing.panoptic.missed) >= len(SCENE.labels)


def test_settings_out_of_range_have_a_sentence() -> None:
    with pytest.raises(SettingOutOfRange) as caught:
        DamageSettings(missed=99)
    assert caught.value.values["setting"] == "missed"


def test_scores_leave_as_json_without_nan() -> None:
    alone = Segments(np.ones((3, 3), int), np.array([0]))
    record = score_segments(alone, alone, NAMES, DamageSettings()).to_json()
    assert record["ious"] == [1.0, None, None, None]
    assert record["panoptic"]["classes"][0]["tp"] == 1
    assert record["provenance"]["settings"]["seed"] == 0
