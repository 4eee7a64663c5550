"""What the Detection page works out by itself, on boxes small enough to check by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.ui.detection_parts import CAT, DOG, FAR_CAT, NEAR_CAT, candidates, detections
from vizcore.detection.agreement import agreement
from vizcore.detection.choosing import ChoiceSettings, choose, choose_step_by_step
from vizcore.detection.exchange import read_coco, read_csv, read_json
from vizcore.detection.queries import QueryAnswers
from vizcore.i18n import speaking
from vizcore.photo import Photo
from vizcore.results import Heatmap, Provenance
from vizcore.ui.downloads import csv_bytes, json_bytes
from vizcore.ui.panels.detection import explained, nms_cost, nms_steps, queries, record
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.ui.panels.detection.difference import difference_words
from vizcore.ui.panels.detection.words import box_table, count_words, legend
from vizcore.zoo.cards import Licences, ModelCard

FREE = Licences("AGPL-3.0", "AGPL-3.0", "random numbers", permissive=True)
PHOTO = Photo(np.zeros((100, 200, 3), np.uint8), "dark")


def card(key: str, family: str = "yolo") -> ModelCard:
    return ModelCard(key, key, family, "detect", "bundled", "", (), "", "", 1.0, FREE, "")  # type: ignore[arg-type]


def proposed(*rows: tuple[tuple[float, ...], float, int], key: str = "yolo-mini") -> Proposed:
    boxes, scores, class_ids = zip(*rows, strict=True) if rows else ((), (), ())
    return Proposed(PHOTO, card(key), candidates(list(boxes), list(scores), list(class_ids)))


THREE = ((CAT, 0.9, 1), (NEAR_CAT, 0.8, 1), (DOG, 0.7, 2))


@pytest.mark.parametrize(
    ("boxes", "class_ids", "twice"),
    [
        ([], [], 0),
        ([CAT], [1], 0),
        ([CAT, NEAR_CAT], [1, 1], 1),
        ([CAT, NEAR_CAT], [1, 2], 0),
        ([CAT, NEAR_CAT, (11, 10, 51, 50)], [1, 1, 1], 2),
        ([CAT, FAR_CAT], [1, 1], 0),  # IoU 1/3
    ],
    ids=["none", "one", "two", "of two classes", "three", "too far"],
)
def test_likely_duplicates(boxes: list[tuple[float, ...]], class_ids: list[int], twice: int) -> None:
    assert nms_cost.duplicates(detections(boxes, [0.9] * len(boxes), class_ids)) == twice


def test_roles_of_the_boxes_in_each_step() -> None:
    each, settings = proposed(*THREE), ChoiceSettings()
    steps = choose_step_by_step(each.candidates, settings)
    assert nms_steps.roles(each, steps, settings, 0) == {"chosen": [0], "dropped": [1], "kept": [], "waiting": [2]}
    assert nms_steps.roles(each, steps, settings, 1) == {"chosen": [2], "dropped": [], "kept": [0], "waiting": []}
    (row,) = nms_steps.csv_rows(each, steps)
    assert (row["kept"], row["dropped"], row["label"]) == (0, 1, "cat")
    assert row["iou"] == pytest.approx(38 * 40 / (2 * 1600 - 38 * 40))


def test_soft_nms_leaves_a_lowered_box_waiting() -> None:
    each, settings = proposed(*THREE), ChoiceSettings(score=0.01, method="soft_gaussian", sigma=2.0)
    steps = choose_step_by_step(each.candidates, settings)
    first = nms_steps.roles(each, steps, settings, 0)
    assert first["dropped"] == [1]
    last = nms_steps.roles(each, steps, settings, len(steps.kept) - 1)
    assert last["chosen"] == [1], "it is kept in the end, with a lower score"


def test_a_click_picks_the_smallest_box_around_it() -> None:
    found = detections([(0, 0, 100, 100), CAT, DOG], [0.9, 0.8, 0.7], [0, 1, 2])
    assert explained.box_at(found, 20, 20) == 1
    assert explained.box_at(found, 80, 80) == 0
    assert explained.box_at(found, 190, 90) is None


def test_the_same_object_is_of_the_same_class_first() -> None:
    found = detections([CAT], [0.9], [1])
    other = proposed((CAT, 0.9, 2), (NEAR_CAT, 0.4, 1), (DOG, 0.95, 1))
    match = explained.same_object(other, found, 0)
    assert match is not None
    assert match.origin.tolist() == [1]
    assert explained.same_object(proposed((CAT, 0.3, 2)), found, 0).class_ids.tolist() == [2]  # type: ignore[union-attr]
    assert explained.same_object(proposed((DOG, 0.9, 1)), found, 0) is None
    assert explained.same_object(proposed(), found, 0) is None


def test_share_of_a_map_inside_a_box() -> None:
    grid = np.zeros((2, 4))
    grid[0, 0], grid[1, 3] = 1.0, 1.0
    heatmap = Heatmap(Provenance(), grid, (0.0, 0.0, 200.0, 100.0), "hirescam", "neck", "cat", 1.0)
    assert explained.share_inside(heatmap, detections([(0, 0, 50, 50)], [0.9], [1])) == (0.5, 0.125)
    empty = Heatmap(Provenance(), np.zeros((2, 4)), (0.0, 0.0, 200.0, 100.0), "hirescam", "neck", "cat", 0.0)
    assert explained.share_inside(empty, detections([(0, 0, 50, 50)], [0.9], [1]))[0] == 0.0


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
    (from_coco,) = read_coco(record.coco_of([found]))
    for again in (from_json, from_csv, from_coco):
        assert again.boxes_xyxy.tolist() == found.boxes_xyxy.tolist()
        assert again.scores.tolist() == found.scores.tolist()
        assert [again.labels[i] for i in again.class_ids] == ["cat", "dog"]


def test_coco_has_its_own_category_ids_and_a_picture_without_boxes() -> None:
    nothing = detections([], [], [])
    content = json.loads(record.coco_of([nothing]))
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


def test_handed_boxes_end_at_the_photo() -> None:
    found = detections([(-5, -5, 500, 90)], [0.9], [1])
    assert record.clipped(found).tolist() == [[0, 0, 200, 90]]


def test_a_legend_uses_colour_as_ground() -> None:
    assert 'background="#009e73"' in legend({"#009e73": "kept"})
    assert "kept" in legend({"#009e73": "kept"})


def test_queries_as_detections_stand_best_first() -> None:
    answers = QueryAnswers(
        Provenance(),
        np.array([[0.1, 0.7, 0.0], [0.9, 0.0, 0.2], [0.0, 0.8, 0.05]]),
        np.array([CAT, DOG, NEAR_CAT], np.float64),
        ("person", "cat", "dog"),
        (200, 100),
        "sigmoid",
    )
    found = queries.as_detections(answers, np.array([0, 1, 2]))
    assert found.origin.tolist() == [1, 2, 0]
    assert [found.labels[i] for i in found.class_ids] == ["person", "cat", "cat"]
    assert nms_cost.duplicates(found) == 1
    assert len(queries.as_detections(answers, np.array([], np.int64))) == 0
