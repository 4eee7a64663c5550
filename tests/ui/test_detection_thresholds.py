"""Does each detector show its boxes from its own score, and what does NMS do where none is needed?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.ui.test_detection_parts import proposed
from vizcore.detection.choosing import ChoiceSettings, at_higher_score, choose
from vizcore.ui.card_text import reach
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.zoo.cards import USUAL_SCORE
from vizcore.zoo.catalogue import CARDS

TWICE = ((0.0, 0.0, 50.0, 50.0), 0.9, 0), ((1.0, 0.0, 50.0, 50.0), 0.6, 0), ((60.0, 0.0, 90.0, 50.0), 0.3, 0)


def needing_none(each: Proposed) -> Proposed:
    return replace(each, candidates=replace(each.candidates, needs_nms=False))


def test_a_card_without_a_measured_score_has_the_usual_one() -> None:
    assert CARDS["detr-resnet-50"].score == USUAL_SCORE
    assert replace(CARDS["detr-resnet-50"], facts={"score": 0.4}).score == 0.4


def test_own_scores_differ_from_the_sliders() -> None:
    each = proposed(*TWICE)
    card = replace(each.card, facts={**each.card.facts, "score": 0.8})
    strict = replace(each, card=card)
    settings = ChoiceSettings(score=0.05, iou=1.0)
    assert len(strict.chosen(settings)) == 3
    assert len(strict.chosen(settings, own_score=True)) == 1


def test_nms_goes_over_a_detector_that_needs_none_only_when_asked() -> None:
    each = needing_none(proposed(*TWICE))
    settings = ChoiceSettings(score=0.05, iou=0.7)
    assert len(each.chosen(settings)) == 3
    assert len(each.chosen(replace(settings, always_nms=True))) == 2
    for each_settings, dropped in ((settings, 1), (replace(settings, score=0.95), 0)):
        for on in (False, True):
            asked = replace(each_settings, always_nms=on)
            assert each.nms_would_drop(each.chosen(asked), asked) == dropped


@pytest.mark.parametrize("needs_nms", [True, False])
@pytest.mark.parametrize("limit", [0, 5])
def test_a_higher_score_chooses_from_what_a_lower_one_left(needs_nms: bool, limit: int) -> None:
    rng = np.random.default_rng(int(needs_nms) + limit)
    corners = rng.uniform(0, 60, (40, 2))
    rows = [
        ((*corner, *(corner + 30)), float(score), int(kind))
        for corner, score, kind in zip(
            corners, np.sort(rng.uniform(0, 1, 40))[::-1], rng.integers(0, 3, 40), strict=True
        )
    ]
    each = proposed(*rows) if needs_nms else needing_none(proposed(*rows))
    lowest = ChoiceSettings(score=0.01, iou=0.3, limit=limit)
    for score in (0.01, 0.25, 0.9, 1.0):
        wanted, got = (
            choose(each.candidates, replace(lowest, score=score)),
            at_higher_score(choose(each.candidates, lowest), score),
        )
        assert got.boxes_xyxy.tolist() == wanted.boxes_xyxy.tolist()
        assert (got.origin.tolist(), got.scores.tolist()) == (wanted.origin.tolist(), wanted.scores.tolist())
        assert got.provenance == wanted.provenance


def test_asking_for_nms_changes_nothing_where_it_is_needed_anyway() -> None:
    candidates = proposed(*TWICE).candidates
    a, b = (choose(candidates, ChoiceSettings(score=0.05, always_nms=on)) for on in (False, True))
    assert np.array_equal(a.boxes_xyxy, b.boxes_xyxy)


def test_reach_is_said_for_models_with_classes_only() -> None:
    assert reach(CARDS["cnn-mini"]) == "one of 104 classes, learnt from 64,000 small pictures"
    assert reach(CARDS["efficientnet-lite0"]).startswith("one of 1,000 classes")
    assert reach(CARDS["dinov2-small"]) == ""
