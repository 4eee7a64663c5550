"""Lint compares real decisions: they are those of the operations themselves on the faulty input."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tests.segmentation.tiny_sam import tiny_sam
from tests.tiny_detectors import tiny_queries, tiny_yolo
from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.detection.choosing import ChoiceSettings
from vizcore.detection.detect import detect
from vizcore.errors import PhotosMissing
from vizcore.features.classes import classify
from vizcore.metrics.proportion import wilson_interval
from vizcore.photo import Photo
from vizcore.preprocessing.variants import photo_faults
from vizcore.preprocessing.variants.feeding import feed
from vizcore.preprocessing.variants.table import VARIANTS, recipe_named
from vizcore.provenance import provenance_of
from vizcore.results import Detections
from vizcore.robustness.input_lint import LintSettings, LintSummary, lint, lint_folder
from vizcore.robustness.lint_answers import ANSWERERS, Given, match_boxes

PHOTO = noise_photo(150, 200, 3)


@pytest.mark.parametrize("build", [tiny_cnn, tiny_vit])
def test_rows_are_what_the_model_says_of_the_faulty_photo(build) -> None:  # type: ignore[no-untyped-def]
    model = build()
    found = lint(model, PHOTO)
    right = classify(model, PHOTO)
    _index, label, probability = right.top(1)[0]
    assert found.answer == label
    assert found.confidence == pytest.approx(probability, abs=1e-5)
    for name, fault in (("bgr", photo_faults.blue_first), ("gamma", photo_faults.gamma), ("grey", photo_faults.grey)):
        row = next(each for each in found.rows if each.name == name)
        there = classify(model, Photo(fault(PHOTO.rgb), ""))
        assert (row.top1, row.changed) == (there.top(1)[0][1], there.top(1)[0][0] != right.top(1)[0][0])
        assert row.confidence == pytest.approx(there.top(1)[0][2], abs=1e-5)
        shared = np.minimum(right.probabilities, there.probabilities).sum()
        assert row.overlap == pytest.approx(shared, abs=1e-5)
    damages = [row.damage for row in found.rows]
    assert damages == sorted(damages, reverse=True)
    assert found.changed == sum(row.changed for row in found.rows)


@pytest.mark.parametrize("build", [tiny_yolo, tiny_queries])
def test_a_detectors_boxes_are_detects_own(build, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("vizcore.robustness.lint_answers.BATCH", 1)  # in a batch the last digits of random boxes differ
    model, wrong = build(), Photo(photo_faults.blue_first(PHOTO.rgb), "")
    recipe = recipe_named(model.card.recipe)
    assert recipe is not None
    given = Given(wrong, feed(recipe, PHOTO, VARIANTS["bgr"]), 0, (PHOTO.width, PHOTO.height))
    with torch.inference_mode():
        [alone] = ANSWERERS["detect"].decide(model, [given], ChoiceSettings())
    there, right = detect(model, wrong), detect(model, PHOTO)
    assert alone.detections is not None
    assert len(there) > 3
    assert np.array_equal(alone.detections.boxes_xyxy, there.boxes_xyxy)
    assert np.array_equal(alone.detections.class_ids, there.class_ids)
    found = lint(model, PHOTO, LintSettings(("bgr", "exif_ignored", "jpeg_50")))
    assert found.confidence == pytest.approx(float(right.scores[0]), abs=1e-4)
    row = next(each for each in found.rows if each.name == "bgr")
    _paired, lost, extra = match_boxes(right, there)
    assert (row.lost, row.extra) == (lost, extra)
    assert {each.name for each in found.rows} == {"bgr", "exif_ignored", "jpeg_50"}


def test_a_promptable_segmenter_gets_the_faults_of_pixels() -> None:
    found = lint(tiny_sam(), PHOTO, LintSettings(("bgr", "exif_ignored", "range_255")))
    assert {row.name for row in found.rows} == {"bgr", "exif_ignored"}
    assert all(0 <= row.overlap <= 1 for row in found.rows)
    assert found.statistics is None


def boxes(rows: list[tuple[float, float, float, float, int]]) -> Detections:
    array = np.array(rows, float).reshape(-1, 5)
    count = len(array)
    made_by = provenance_of("test", tiny_cnn(), None)
    classes = array[:, 4].astype(int)
    return Detections(made_by, array[:, :4], np.ones(count), classes, np.arange(count), ("a", "b"), (100, 100))


def test_matching_boxes_by_hand() -> None:
    right = boxes([(0, 0, 10, 10, 0), (20, 20, 30, 30, 1)])
    same_place_other_class = boxes([(0, 0, 10, 10, 0), (20, 20, 30, 30, 0)])
    ious, lost, extra = match_boxes(right, same_place_other_class)
    assert (float(ious.sum()), lost, extra) == (1.0, 1, 1)
    assert match_boxes(right, boxes([]))[1:] == (2, 0)
    assert match_boxes(boxes([]), boxes([]))[1:] == (0, 0)
    assert match_boxes(right, right)[1:] == (0, 0)


def test_many_photos_give_rates_with_intervals() -> None:
    model, photos = tiny_cnn(), [noise_photo(seed=seed) for seed in range(3)]
    steps = list(lint_folder(model, photos, LintSettings(("bgr", "range_255"))))
    assert [step.step for step in steps] == [1, 2, 3]
    found = steps[-1].result
    assert isinstance(found, LintSummary)
    singles = [lint(model, photo, LintSettings(("bgr", "range_255"))) for photo in photos]
    for rate in found.rates:
        changed = sum(row.changed for each in singles for row in each.rows if row.name == rate.name)
        assert (rate.changed, rate.n) == (changed, 3)
        assert rate.low <= rate.rate <= rate.high
    with pytest.raises(PhotosMissing):
        next(lint_folder(model, []))


@pytest.mark.parametrize(("successes", "n"), [(0, 5), (5, 5), (1, 1), (7, 20), (188, 200)])
def test_wilson_as_statsmodels(successes: int, n: int) -> None:
    assert wilson_interval(successes, n) == pytest.approx(proportion_confint(successes, n, method="wilson"), abs=1e-12)


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="successes"):
        wilson_interval(3, 2)
