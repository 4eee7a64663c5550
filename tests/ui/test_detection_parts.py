"""What the Detection page works out by itself, on boxes small enough to check by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tests.ui.detection_parts import CAT, DOG, NEAR_CAT, candidates, detections
from tests.ui.written_files import csv_bytes, json_bytes
from vizcore.detection.agreement import agreement
from vizcore.detection.choosing import ChoiceSettings, choose, choose_step_by_step
from vizcore.detection.exchange import detector_coco_bytes, read_coco, read_csv, read_json
from vizcore.i18n import speaking
from vizcore.photo import Photo
from vizcore.ui.panels.detection import nms_steps, record
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.ui.panels.detection.choice import class_texts
from vizcore.ui.panels.detection.difference import difference_words
from vizcore.ui.panels.detection.explained import own_box
from vizcore.ui.panels.detection.words import box_table, count_words, duplicate_words, legend
from vizcore.zoo.cards import Licences, ModelCard

FREE = Licences("AGPL-3.0", "AGPL-3.0", "random numbers", permissive=True)
PHOTO = Photo(np.zeros((100, 200, 3), np.uint8), "dark")


def card(key: str, family: str = "yolo") -> ModelCard:
    return ModelCard(key, key, family, "detect", "bundled", "", (), "", "", 1.0, FREE, "")  # type: ignore[arg-type]


def proposed(*rows: tuple[tuple[float, ...], float, int], key: str = "yolo-mini") -> Proposed:
    boxes, scores, class_ids = zip(*rows, strict=True) if rows else ((), (), ())
    return Proposed(PHOTO, card(key), candidates(list(boxes), list(scores), list(class_ids)))


THREE = ((CAT, 0.9, 1), (NEAR_CAT, 0.8, 1), (DOG, 0.7, 2))


def test_a_suppression_is_a_row() -> None:
    each = proposed(*THREE)
    (row,) = nms_steps.csv_rows(each, choose_step_by_step(each.candidates))
    assert (row["kept"], row["dropped"], row["label"]) == (0, 1, "cat")
    assert row["iou"] == pytest.approx(38 * 40 / (2 * 1600 - 38 * 40))


def test_the_chosen_box_is_the_one_that_is_explained() -> None:
    source = proposed(*THREE)
    found = source.chosen(ChoiceSettings(iou=0.95))
    own = own_box(source, source, found, 1)
    assert own is not None
    assert (own.origin.tolist(), own.scores.tolist()) == ([1], [0.8]), "not its surer neighbour"
    other = proposed((NEAR_CAT, 0.3, 1), (DOG, 0.9, 2), key="detr-mini")
    of_other = own_box(other, source, found, 1)
    assert of_other is not None
    assert of_other.scores.tolist() == [0.3]


def test_words_of_counts_and_differences() -> None:
    a = detections([CAT, DOG], [0.9, 0.8], [1, 2])
    with speaking("en"):
        assert count_words(a) == "Boxes: **2** (cat 1, dog 1)"
        assert count_words(detections([], [], [])) == "No box passes these settings."


def test_the_table_holds_places_and_sizes() -> None:
    with speaking("en"):
        table = box_table(detections([(10.4, 20, 50, 60.6)], [0.98765], [1]))
        assert table == {"#": [1], "Class": ["cat"], "Score": [0.988], "Width": [40], "Height": [41], "Left": [10],
                         "Top": [20]}  # fmt: skip
        beyond = box_table(detections([(-20, 10, 1e4, 40)], [0.5], [1]))
        assert (beyond["Left"], beyond["Width"]) == ([0], [detections([], [], []).size_wh[0]])
        assert all(column == [] for column in box_table(detections([], [], [])).values())


def test_two_names_of_one_class_are_no_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.ui.panels.detection.difference.coloured_title", lambda each: each.title)
    a = replace(detections([CAT], [0.9], [1]), labels=("person", "motorbike", "dog"))
    b = replace(detections([NEAR_CAT], [0.7], [1]), labels=("person", "motorcycle", "dog"))
    with speaking("fr"):
        assert "/" not in difference_words(card("one"), card("two"), agreement(a, b))


def test_the_class_filter_lists_a_class_once() -> None:
    one = replace(candidates([CAT], [0.9], [1]), labels=("person", "motorbike", "dog"))
    two = replace(candidates([], [], []), labels=("person", "motorcycle", "dog"))
    with speaking("fr"):
        assert class_texts([one, two]) == {"motorcycle": "moto", "dog": "chien", "person": "personne"}


def test_difference_words_need_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.ui.panels.detection.difference.coloured_title", lambda each: each.title)
    a, b = detections([CAT, DOG], [0.9, 0.8], [1, 2]), detections([NEAR_CAT], [0.7], [1])
    with speaking("en"):
        said = difference_words(card("one"), card("two"), agreement(a, b))
        nothing = difference_words(card("one"), card("two"), agreement(*[detections([], [], [])] * 2))
    assert said == "Both one and two see **1** of 2 objects alike; only one: **1** (dog 1)."
    assert nothing == "Neither one nor two finds anything with these settings."


def test_every_export_comes_back_with_equal_numbers() -> None:
    each = proposed((CAT, 1 / 3, 1), ((0.1, 0.2, 99.7, 63.3), 0.3, 2))
    found = choose(each.candidates, ChoiceSettings(score=0.01))
    pairs = [(each, found)]
    (from_json,) = read_json(json_bytes([found]))
    (from_csv,) = read_csv(csv_bytes(record.csv_rows(pairs)))
    (from_coco,) = read_coco(detector_coco_bytes([found]))
    for again in (from_json, from_csv, from_coco):
        assert again.boxes_xyxy.tolist() == found.boxes_xyxy.tolist()
        assert again.scores.tolist() == found.scores.tolist()
        assert [again.labels[i] for i in again.class_ids] == ["cat", "dog"]


def test_coco_has_its_own_category_ids_and_a_picture_without_boxes() -> None:
    nothing = detections([], [], [])
    content = json.loads(detector_coco_bytes([nothing]))
    assert content["annotations"] == []
    assert len(content["images"]) == 1
    assert {each["name"]: each["id"] for each in content["categories"]} == {"person": 1, "cat": 17, "dog": 18}
    assert record.csv_rows([(proposed(), nothing)]) == []


def test_the_contact_sheet_is_a_row_for_each_photo() -> None:
    each = proposed(*THREE)
    found = choose(each.candidates)
    other = Proposed(Photo(np.zeros((50, 80, 3), np.uint8), "small"), card("b"), each.candidates)
    sheet = record.sheet_of([(each, found), (each, found), (other, found)], "none")
    assert sheet.shape[0] > 150  # captions below: photo, detector, settings
    assert sheet.shape[1:] == (400, 3)
    assert record.stem_of([(each, found), (other, found)]).startswith("yolo-mini+b-")


def test_many_large_photos_fit_on_one_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    each = proposed(*THREE)
    found = choose(each.candidates)
    assert record.sheet_scale([(each, found), (each, found)]) == 1.0
    monkeypatch.setattr(record, "MOST_SHEET_PIXELS", 100 * 100)
    assert record.sheet_scale([(each, found), (each, found)]) == 0.5
    assert record.sheet_of([(each, found), (each, found)], "none").shape[1] == 200
    assert record.sheet_scale([]) == 1.0


def test_a_legend_uses_colour_as_ground() -> None:
    assert 'background="#009e73"' in legend({"#009e73": "kept"})
    assert "kept" in legend({"#009e73": "kept"})


@pytest.mark.parametrize(
    ("language", "twice", "expected"),
    [
        ("en", 1, "**1** overlaps a better one of its class"),
        ("en", 2, "**2** overlap a better one of their class"),
        ("fr", 1, "**1** recouvre une meilleure boîte de sa classe"),
        ("fr", 2, "**2** recouvrent une meilleure boîte de leur classe"),
    ],
)
def test_second_boxes_are_counted_in_their_number(language: str, twice: int, expected: str) -> None:
    with speaking(language):
        assert expected in duplicate_words(twice)
