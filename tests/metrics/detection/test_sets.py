"""COCO files read and written, drawn sets, and the synthetic detector."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from tests.metrics.detection.sets import random_set, small_set
from vizcore import settings
from vizcore.errors import NotCoco, SettingOutOfRange, TooManyBoxes, VizError
from vizcore.i18n.sentences import sentence_for
from vizcore.metrics.detection import coco_files, coco_written
from vizcore.metrics.detection.coco_files import read_coco_pair, read_truth
from vizcore.metrics.detection.coco_summary import coco_statistics
from vizcore.metrics.detection.coco_written import found_json, found_pieces, truth_json, truth_pieces
from vizcore.metrics.detection.error_types import error_types
from vizcore.metrics.detection.match_result import match_result_at
from vizcore.metrics.detection.scene_dataset import SceneDatasetSettings, detections_as_found, make_scene_dataset
from vizcore.metrics.detection.synthetic import SyntheticSettings, synthetic_detections
from vizcore.results import Detections, Provenance

TRUTH: dict[str, Any] = {
    "images": [{"id": 7, "width": 100, "height": 80}, {"id": 3, "width": 50, "height": 50}],
    "categories": [{"id": 18, "name": "dog"}, {"id": 1, "name": "person"}],
    "annotations": [
        {"id": 1, "image_id": 7, "category_id": 18, "bbox": [1, 2, 30, 40], "area": 700.5, "iscrowd": 0},
        {"id": 2, "image_id": 99, "category_id": 18, "bbox": [1, 2, 30, 40], "area": 9, "iscrowd": 0},
    ],
}
FOUND: list[dict[str, Any]] = [{"image_id": 7, "category_id": 18, "bbox": [1, 2, 30, 41.5], "score": 0.875}]


def packed(content: Any) -> bytes:
    return json.dumps(content).encode()


def test_ids_become_rows_and_strangers_are_passed_over() -> None:
    strange = {**FOUND[0], "category_id": 5}
    data = read_coco_pair(packed(TRUTH), packed([*FOUND, strange]))
    assert data.pictures.ids == (3, 7)
    assert data.class_names == ("person", "dog")
    assert (data.truth.images.tolist(), data.truth.classes.tolist(), data.truth.areas.tolist()) == ([1], [1], [700.5])
    assert data.found.boxes_xywh.tolist() == [[1, 2, 30, 41.5]]
    assert data.left_out == 1


def test_what_is_written_reads_the_same() -> None:
    data = random_set(0)
    again = read_coco_pair(packed(truth_json(data)), packed(found_json(data)))
    for table, twin in ((data.truth, again.truth), (data.found, again.found)):
        for name in table.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(table, name), getattr(twin, name))
    assert coco_statistics(again).tolist() == coco_statistics(data).tolist()


@pytest.mark.parametrize("a_piece", [1, 7, 1000])
def test_pieces_of_a_file_are_the_file(monkeypatch: pytest.MonkeyPatch, a_piece: int) -> None:
    monkeypatch.setattr(coco_written, "ENTRIES_A_PIECE", a_piece)
    data = random_set(0)
    pieces = list(truth_pieces(data))
    assert json.loads(b"".join(pieces)) == truth_json(data)
    assert len(pieces) > len(data.truth) / a_piece
    assert json.loads(b"".join(found_pieces(data))) == found_json(data)
    nothing = replace(data.found, **{each.name: getattr(data.found, each.name)[:0] for each in fields(data.found)})
    assert b"".join(found_pieces(replace(data, found=nothing))) == b"[]"


@pytest.mark.parametrize("step", [1, 10**6, 2**40])
def test_rows_of_known_and_of_unknown_shape_read_the_same(step: int) -> None:
    """A whole COCO file is read entry by entry, a list of plain rows by its shape; ids may lie close or far apart."""
    data = random_set(1)
    truth, found = truth_json(data), found_json(data)
    for row in truth["images"]:
        row["id"] *= step
    for row in (*truth["annotations"], *found):
        row["image_id"] *= step
    by_shape = read_coco_pair(packed(truth), packed(found)).found
    by_entry = read_coco_pair(packed(truth), packed({"annotations": found})).found
    for name in by_shape.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(by_shape, name), getattr(by_entry, name))
        np.testing.assert_array_equal(getattr(by_shape, name), getattr(data.found, name))


@pytest.mark.parametrize(
    ("written", "crowd"),
    [
        ("0", False),
        ("1", True),
        (" 1 ", True),
        ("false", False),
        ("True", True),
        (0.0, False),
        (1.0, True),
        (None, False),
    ],
)
def test_a_crowd_flag_may_be_text(written: Any, crowd: bool) -> None:
    truth = {**TRUTH, "annotations": [{**TRUTH["annotations"][0], "iscrowd": written}]}
    assert read_truth(packed(truth)).truth.crowd.tolist() == [crowd]


@pytest.mark.parametrize("written", ["yes", "2", 2, [], {}, math.nan, -1])
def test_another_crowd_flag_is_named(written: Any) -> None:
    truth = {**TRUTH, "annotations": [TRUTH["annotations"][0], {**TRUTH["annotations"][0], "iscrowd": written}]}
    with pytest.raises(NotCoco) as problem:
        read_truth(packed(truth))
    assert (problem.value.values["reason"], problem.value.values["entry"]) == ("fields", 2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_other_encodings(encoding: str) -> None:
    files = [json.dumps(each).encode(encoding) for each in (TRUTH, FOUND)]
    assert len(read_coco_pair(*files).found) == 1


def test_ids_with_a_decimal_point_are_whole_numbers() -> None:
    rows = [{**FOUND[0], "image_id": 7.0, "category_id": 18.0}]
    assert read_coco_pair(packed(TRUTH), packed(rows)).found.images.tolist() == [1]
    with pytest.raises(NotCoco):
        read_coco_pair(packed(TRUTH), packed([{**FOUND[0], "image_id": 7.5}]))


def test_boxes_wholly_outside_their_picture_are_counted() -> None:
    boxes = [[1, 2, 30, 40], [-20, 2, 10, 10], [100, 2, 10, 10], [1, -50, 30, 49], [-5, 2, 10, 10], [90, 70, 100, 100]]
    rows = [{**FOUND[0], "bbox": box} for box in boxes]
    assert read_coco_pair(packed(TRUTH), packed(rows)).outside == 3
    unsized = {**TRUTH, "images": [{"id": 7}, {"id": 3}]}
    assert read_coco_pair(packed(unsized), packed(rows)).outside == 0


@pytest.mark.parametrize("large", [2**62, 2**80])
def test_enormous_ids_are_still_ids(large: int) -> None:
    truth = {**TRUTH, "images": [{"id": large, "width": 9, "height": 9}, *TRUTH["images"]]}
    data = read_coco_pair(packed(truth), packed([*FOUND, {**FOUND[0], "image_id": large}]))
    assert [data.pictures.ids[row] for row in data.found.images] == [7, large]
    with pytest.raises(VizError) as caught:
        read_coco_pair(packed(TRUTH), packed([{**FOUND[0], "image_id": large}]))
    assert str(large) in sentence_for(caught.value)


def test_no_detections_are_none() -> None:
    assert len(read_coco_pair(packed(TRUTH), b"[]").found) == 0
    assert len(read_coco_pair(packed({**TRUTH, "annotations": []}), packed(FOUND)).truth) == 0


def changed(entry: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {**entry, **values}


BOX = [1, 2, 3, 4]
BAD_TRUTH = {
    "not json": (b"\x89PNG", "not_coco", "not_json"),
    "a list": (b"[]", "not_coco", "truth_shape"),
    "deep": (b"[" * 100_000, "not_coco", "not_json"),
    "no lists": (b"{}", "not_coco", "truth_shape"),
    "no images": (packed({**TRUTH, "images": []}), "not_coco", "no_images"),
    "no classes": (packed({**TRUTH, "categories": []}), "not_coco", "no_categories"),
    "no box": (packed({**TRUTH, "annotations": [{"image_id": 7, "category_id": 18}]}), "not_coco", "fields"),
    "NaN": (
        packed({**TRUTH, "annotations": [changed(TRUTH["annotations"][0], bbox=[1, 2, float("nan"), 4])]}),
        "boxes_invalid",
        "not_finite",
    ),
    "corners": (
        packed({**TRUTH, "annotations": [changed(TRUTH["annotations"][0], bbox=[9, 9, -3, 4])]}),
        "boxes_invalid",
        "inverted",
    ),
    "other pictures": (
        packed({**TRUTH, "annotations": [changed(TRUTH["annotations"][0], image_id=5)]}),
        "evaluation_mismatch",
        "image_id",
    ),
}
HALF, HUGE = "\ud800", 10**400  # half of a surrogate pair, and a whole number beyond every float
ENTRIES: dict[str, tuple[dict[str, Any], int]] = {
    "huge area": ({"annotations": [TRUTH["annotations"][0], changed(TRUTH["annotations"][0], area=HUGE)]}, 2),
    "huge area beside none": ({"annotations": [{**TRUTH["annotations"][0], "area": each} for each in (None, HUGE)]}, 2),
    "huge box": ({"annotations": [{**TRUTH["annotations"][0], "bbox": [1, 2, 3, each]} for each in (4, HUGE)]}, 2),
    "class name": ({"categories": [*TRUTH["categories"], {"id": 2, "name": HALF}]}, 3),
    "file name": ({"images": [*TRUTH["images"], {"id": 2, "file_name": f"a{HALF}.jpg"}]}, 3),
    "class id": ({"categories": [*TRUTH["categories"], {"id": HALF, "name": "cat"}]}, 3),
    "picture id": ({"annotations": [TRUTH["annotations"][0], changed(TRUTH["annotations"][0], image_id=HALF)]}, 2),
}
BAD_FOUND = {
    "not json": (b"{", "not_coco", "not_json"),
    "an object": (b"{}", "not_coco", "detections_shape"),
    "numbers": (b"[1, 2]", "not_coco", "fields"),
    "no score": (packed([{"image_id": 7, "category_id": 18, "bbox": BOX}]), "not_coco", "fields"),
    "score as text": (packed([changed(FOUND[0], score="high")]), "not_coco", "fields"),
    "three numbers": (packed([FOUND[0], changed(FOUND[0], bbox=[1, 2, 3])]), "not_coco", "fields"),
    "infinite score": (
        b'[{"image_id":7,"category_id":18,"bbox":[1,2,3,4],"score":Infinity}]',
        "boxes_invalid",
        "not_finite",
    ),
    "negative": (packed([changed(FOUND[0], bbox=[1, 2, -3, 4])]), "boxes_invalid", "inverted"),
    "other pictures": (packed([FOUND[0], changed(FOUND[0], image_id=4)]), "evaluation_mismatch", "image_id"),
    "other classes": (packed([changed(FOUND[0], category_id=0)]), "evaluation_mismatch", "category_id"),
}


@pytest.mark.parametrize(("content", "code", "reason"), BAD_TRUTH.values(), ids=BAD_TRUTH.keys())
def test_bad_annotations(content: bytes, code: str, reason: str) -> None:
    with pytest.raises(VizError) as caught:
        read_truth(content)
    assert (caught.value.code, caught.value.values["reason"]) == (code, reason)
    assert sentence_for(caught.value)


@pytest.mark.parametrize(("change", "entry"), ENTRIES.values(), ids=ENTRIES.keys())
def test_what_no_float_and_no_text_holds_is_named(change: dict[str, Any], entry: int) -> None:
    with pytest.raises(NotCoco) as caught:
        read_truth(packed({**TRUTH, **change}))
    assert caught.value.values == {"file": "annotations", "reason": "fields", "entry": entry}


@pytest.mark.parametrize("key", ["image_id", "category_id", "score"])
def test_what_no_float_and_no_text_holds_is_named_among_detections(key: str) -> None:
    rows = [FOUND[0], changed(FOUND[0], **{key: HUGE if key == "score" else HALF})]
    with pytest.raises(NotCoco) as caught:
        read_coco_pair(packed(TRUTH), packed(rows))
    assert caught.value.values == {"file": "detections", "reason": "fields", "entry": 2}


@pytest.mark.parametrize(("content", "code", "reason"), BAD_FOUND.values(), ids=BAD_FOUND.keys())
def test_bad_detections(content: bytes, code: str, reason: str) -> None:
    with pytest.raises(VizError) as caught:
        read_coco_pair(packed(TRUTH), content)
    assert (caught.value.code, caught.value.values["reason"]) == (code, reason)
    assert "–" not in sentence_for(caught.value)


def test_a_file_over_the_limit_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(settings.current(), evaluation_limit_mb=0.0001)
    monkeypatch.setattr(coco_files, "current", lambda: small)
    with pytest.raises(VizError) as caught:
        read_truth(b" " * 101)
    assert caught.value.code == "evaluation_too_large"


def test_drawn_scenes_have_exact_truth() -> None:
    drawn = make_scene_dataset(SceneDatasetSettings(pictures=3, seed=2))
    assert len(drawn.photos) == len(drawn.data.pictures) == 3
    assert len(np.unique(drawn.data.truth.images)) == 3
    right, lower = (drawn.data.truth.boxes_xyxy[:, side].max() for side in (2, 3))
    assert (right <= drawn.photos[0].width, lower <= drawn.photos[0].height) == (True, True)
    again = make_scene_dataset(SceneDatasetSettings(pictures=3, seed=2))
    assert [photo.sha256 for photo in again.photos] == [photo.sha256 for photo in drawn.photos]


def test_detections_by_name() -> None:
    found = Detections(
        Provenance(), np.array([[1.0, 2, 4, 6], [0, 0, 1, 1]]), np.array([0.9, 0.8]), np.array([1, 0]), np.arange(2),
        ("kite", "dog"), (10, 10),
    )  # fmt: skip
    table, left_out = detections_as_found([found, found], ("cat", "dog"))
    assert (table.images.tolist(), table.classes.tolist(), left_out) == ([0, 1], [1, 1], 2)
    assert table.boxes_xywh[0].tolist() == [1, 2, 3, 4]
    assert len(detections_as_found([], ("cat",))[0]) == 0


NONE = SyntheticSettings(
    misses=0, false_alarms=0, jitter=0, confusion=0, duplicates=0, score_noise=0, confidence=1, seed=1
)


def data_of(settings: SyntheticSettings) -> Any:
    data = make_scene_dataset(SceneDatasetSettings(pictures=8)).data
    return data.with_found(synthetic_detections(data, settings))


def test_without_mistakes_everything_is_right() -> None:
    data = data_of(NONE)
    np.testing.assert_allclose(data.found.boxes_xywh, data.truth.boxes_xywh)
    assert coco_statistics(data)[0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"misses": 0.5}, "missed"),
        ({"false_alarms": 2.0}, "background"),
        ({"jitter": 0.25}, "localisation"),
        ({"confusion": 0.5}, "classification"),
        ({"duplicates": 0.9}, "duplicate"),
    ],
)
def test_each_slider_makes_its_own_mistakes(change: dict[str, float], kind: str) -> None:
    data = data_of(replace(NONE, **change))
    counts = error_types(data, match_result_at(data)).counts
    assert max(counts, key=counts.__getitem__) == kind


def test_sliders_leave_each_other_alone() -> None:
    """Fewer boxes are found, and those that are still found stay where they were."""
    plain = SyntheticSettings(seed=3, false_alarms=0, duplicates=0)
    before, after = (data_of(each).found for each in (plain, replace(plain, misses=0.5)))
    rows = {tuple(box) for box in before.boxes_xywh.tolist()}
    assert len(after) < len(before)
    assert {tuple(box) for box in after.boxes_xywh.tolist()} <= rows
    assert not len(data_of(replace(plain, misses=1.0)).found)


def test_settings_have_limits() -> None:
    with pytest.raises(SettingOutOfRange):
        SyntheticSettings(jitter=3)
    assert len(synthetic_detections(small_set([], [], pictures=0), NONE)) == 0


@pytest.mark.parametrize("file", ["annotations", "detections"])
def test_more_boxes_in_one_picture_than_can_be_compared(file: str) -> None:
    many = {"annotations": 1, "detections": 1, file: 10_001}
    truth = {**TRUTH, "annotations": TRUTH["annotations"][:1] * many["annotations"]}
    with pytest.raises(TooManyBoxes) as problem:
        read_coco_pair(packed(truth), packed(FOUND * many["detections"]))
    assert problem.value.values == {"file": file, "picture": "7", "limit": 10_000, "actual": 10_001}
