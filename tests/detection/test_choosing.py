"""From candidates to detections: threshold, classes, NMS or none, limit, and what each left out."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest

from tests.detection.box_sets import candidates, random_boxes
from vizcore.detection.choosing import ChoiceSettings, choose, choose_step_by_step
from vizcore.results import Candidates

BOXES = [(0, 0, 10, 1), (2, 0, 12, 1), (0, 0, 10, 1), (50, 0, 60, 1), (70, 0, 80, 1)]
SCORES = [0.9, 0.8, 0.7, 0.6, 0.1]
CLASSES = [0, 0, 1, 0, 2]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (ChoiceSettings(), [0, 1, 2, 3]),
        (ChoiceSettings(iou=0.5), [0, 2, 3]),
        (ChoiceSettings(iou=0.5, agnostic=True), [0, 3]),
        (ChoiceSettings(score=0.1), [0, 1, 2, 3, 4]),
        (ChoiceSettings(score=0.65, limit=1), [0]),
        (ChoiceSettings(limit=0), [0, 1, 2, 3]),
        (ChoiceSettings(classes=("dog", "person"), score=0.0), [2, 4]),
        (ChoiceSettings(classes=("unicorn",)), []),
        (ChoiceSettings(iou=0.5, method="soft_linear"), [0, 2, 3, 1]),
    ],
)
def test_by_hand(settings: ChoiceSettings, expected: list[int]) -> None:
    found = choose(candidates(BOXES, SCORES, CLASSES), settings)
    assert found.origin.tolist() == expected
    assert found.boxes_xyxy.tolist() == [list(map(float, BOXES[row])) for row in expected]
    assert (np.diff(found.scores) <= 0).all()


def test_without_need_there_is_no_nms() -> None:
    asked = candidates(BOXES, SCORES, CLASSES, needs_nms=False)
    assert choose(asked, ChoiceSettings(iou=0.1, agnostic=True)).origin.tolist() == [0, 1, 2, 3]
    steps = choose_step_by_step(asked, ChoiceSettings(iou=0.1, limit=3))
    assert (len(steps.trace), steps.left_out["nms"], steps.left_out["limit"]) == (0, 0, 1)


def test_one_query_is_one_object_of_its_best_class() -> None:
    asked = candidates(BOXES, SCORES, CLASSES, needs_nms=False)
    twice = dataclasses.replace(asked, origin=np.array([7, 3, 7, 3, 9]))
    found = choose(twice)
    assert found.origin.tolist() == [7, 3]
    assert found.scores.tolist() == pytest.approx([0.9, 0.8])
    steps = choose_step_by_step(twice)
    assert (steps.left_out["second_class"], steps.left_out["limit"]) == (2, 0)
    assert len(choose(dataclasses.replace(twice, needs_nms=True))) == len(choose(candidates(BOXES, SCORES, CLASSES)))


def test_nms_that_is_not_needed_is_given_each_answer_once() -> None:
    """Its second classes, which lie on one box, would come back where NMS keeps classes apart."""
    asked = candidates(BOXES, SCORES, [0, 0, 1, 1, 2], needs_nms=False)
    twice = dataclasses.replace(asked, origin=np.array([7, 3, 7, 3, 9]))
    anyway = ChoiceSettings(always_nms=True)
    assert choose(twice, anyway).origin.tolist() == choose(twice).origin.tolist() == [7, 3]
    assert choose(twice, dataclasses.replace(anyway, iou=0.5)).origin.tolist() == [7]
    for iou, left_out in ((0.7, (2, 0)), (0.5, (2, 1))):
        steps = choose_step_by_step(twice, dataclasses.replace(anyway, iou=iou))
        assert (steps.left_out["second_class"], steps.left_out["nms"], steps.left_out["limit"]) == (*left_out, 0)
    last = steps.roles(twice, anyway, len(steps.kept) - 1)
    assert last["waiting"] == []


def test_a_class_is_kept_by_either_of_its_names() -> None:
    found = dataclasses.replace(candidates(BOXES, SCORES, CLASSES), labels=("cat", "motorbike", "person"))
    for name in ("motorbike", "motorcycle"):
        chosen = choose(found, ChoiceSettings(classes=(name,)))
        assert chosen.origin.tolist() == [2]
        assert chosen.labels[1] == "motorbike", "the detector's own label stays"


def test_nothing_found_is_an_empty_result() -> None:
    for needs_nms in (True, False):
        empty = candidates([], [], needs_nms=needs_nms)
        assert len(choose(empty)) == len(choose_step_by_step(empty).detections) == 0


def test_every_candidate_is_accounted_for() -> None:
    steps = choose_step_by_step(
        candidates([*BOXES, (9, 9, 9, 9), (5, 5, 1, 1)], [*SCORES, 0.99, 0.98], [*CLASSES, 0, 0]),
        ChoiceSettings(score=0.2, iou=0.5, classes=("cat", "person"), limit=1),
    )
    assert steps.detections.origin.tolist() == steps.kept.tolist() == [0]
    assert steps.left_out == {"unusable": 2, "score": 1, "classes": 1, "nms": 1, "limit": 1}
    assert [(row.kept, row.dropped) for row in steps.trace.rows()] == [(0, 1)]


@pytest.mark.parametrize("method", ["greedy", "soft_linear", "soft_gaussian"])
def test_the_steps_end_at_the_choice(method: str) -> None:
    rng = np.random.default_rng(1)
    many = candidates(random_boxes(rng, 300, objects=12), rng.random(300), rng.integers(0, 3, 300))
    settings = ChoiceSettings(method=method, iou=0.5, classes=("dog", "cat"), limit=20)
    found, steps = choose(many, settings), choose_step_by_step(many, settings)
    assert np.array_equal(found.origin, steps.detections.origin)
    assert np.array_equal(found.scores, steps.detections.scores)
    assert np.array_equal(many.origin[steps.kept], found.origin)
    assert len(many) == len(found) + sum(steps.left_out.values())
    assert set(many.class_ids[steps.trace.dropped]) <= {0, 1}


def test_what_is_no_box_never_passes() -> None:
    """Built past the check of the result, as a broken model might."""
    broken = candidates(BOXES, SCORES, CLASSES)
    boxes, scores = broken.boxes_xyxy.copy(), broken.scores.copy()
    boxes[0], boxes[1], boxes[2], scores[3] = np.nan, (5, 5, 5, 9), (9, 9, 1, 1), np.nan
    object.__setattr__(broken, "boxes_xyxy", boxes)
    object.__setattr__(broken, "scores", scores)
    assert choose(broken, ChoiceSettings(score=0.0)).origin.tolist() == [4]


def test_the_order_of_candidates_does_not_matter() -> None:
    rng = np.random.default_rng(2)
    boxes, scores, classes = random_boxes(rng, 80, objects=9), rng.permutation(80) / 80, rng.integers(0, 3, 80)
    mixed = rng.permutation(80)
    for needs_nms in (True, False):
        found = choose(candidates(boxes, scores, classes, needs_nms=needs_nms))
        again = choose(candidates(boxes[mixed], scores[mixed], classes[mixed], needs_nms=needs_nms))
        assert np.array_equal(mixed[again.origin], found.origin)


@pytest.mark.parametrize(("needs_nms", "anyway"), [(True, False), (False, False), (False, True)])
def test_a_higher_least_score_only_takes_away(needs_nms: bool, anyway: bool) -> None:
    """The browser leaves out what is under a moved threshold by itself, and has to show what is chosen here."""
    rng = np.random.default_rng(4)
    scores = rng.integers(1, 101, 400) / 100  # with ties, and some at the threshold itself
    many = candidates(random_boxes(rng, 400, objects=40), scores, rng.integers(0, 3, 400), needs_nms=needs_nms)
    object.__setattr__(many, "origin", np.arange(400) // 2)  # two classes to an answer
    lowest = ChoiceSettings(score=0.01, iou=0.4, classes=("cat", "dog"), limit=30, always_nms=anyway)
    every = choose(many, lowest)
    for score in (0.01, 0.06, 0.5, 0.9, 1.0):
        found = choose(many, dataclasses.replace(lowest, score=score))
        left = every.scores >= score
        assert np.array_equal(found.boxes_xyxy, every.boxes_xyxy[left])
        assert np.array_equal(found.scores, every.scores[left])
        assert np.array_equal(found.class_ids, every.class_ids[left])


def test_twenty_thousand_candidates() -> None:
    rng = np.random.default_rng(3)
    many = candidates(random_boxes(rng, 20_000), rng.random(20_000), rng.integers(0, 3, 20_000))
    assert len(choose(many, ChoiceSettings(score=0.0))) == 300
    assert len(choose_step_by_step(many, ChoiceSettings(score=0.0, method="soft_linear")).trace) <= 20_000


def test_the_record_names_model_and_choice() -> None:
    found = choose(candidates(BOXES, SCORES, CLASSES), ChoiceSettings(score=0.3))
    assert found.provenance.model == "tiny"
    assert found.provenance.settings["choice"]["score"] == 0.3
    assert (found.labels, found.size_wh) == (("cat", "dog", "person"), (100, 80))
    assert "trace" in choose_step_by_step(candidates(BOXES, SCORES, CLASSES)).to_json()


def test_settings_travel() -> None:
    settings = ChoiceSettings(classes=("cat",))
    assert pickle.loads(pickle.dumps(settings)) == settings == dataclasses.replace(settings)
    assert isinstance(pickle.loads(pickle.dumps(candidates(BOXES, SCORES))), Candidates)
