"""Out and back: the same numbers from JSON, CSV and COCO; pycocotools reads ours; other files are named as such."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.detection.box_sets import SIZE_WH, detections, random_boxes
from tests.ui.written_files import csv_bytes, json_bytes
from vizcore.detection.exchange import (
    COLUMNS,
    coco_bytes,
    coco_dataset,
    coco_results,
    csv_rows,
    read_any,
    read_coco,
    read_csv,
    read_json,
    same_numbers,
)
from vizcore.errors import DetectionsFileInvalid, FileTooLarge
from vizcore.i18n.sentences import sentence_for
from vizcore.photo import Note
from vizcore.results import Detections, Provenance

RNG = np.random.default_rng(0)
SOME = detections(
    random_boxes(RNG, 40, side=900).astype(np.float64) - 30, RNG.random(40), RNG.integers(0, 3, 40),
    labels=("cat", "=dog\n,\"x\"", "œil 猫"),
)  # fmt: skip
OTHER = replace(
    SOME,
    boxes_xyxy=RNG.normal(0, 1e3, (40, 1)) + np.cumsum(RNG.random((40, 4)) * 1e-3, axis=1),
    provenance=Provenance(operation="detect", model="other", photos_sha256=("cd" * 32,), notes=(Note("n", {"k": 1}),)),
)
NOTHING = detections([])


def same_boxes(a: Detections, b: Detections) -> bool:
    columns = ("boxes_xyxy", "scores", "class_ids")
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in columns) and a.size_wh == b.size_wh


@pytest.mark.parametrize("found", [SOME, OTHER, NOTHING], ids=["some", "other", "nothing"])
def test_json_and_back(found: Detections) -> None:
    (again,) = read_json(json_bytes([found]))
    assert same_boxes(found, again)
    assert again.to_json() == found.to_json()
    assert again.provenance == found.provenance
    assert read_json(json.dumps(found.to_json()))[0].labels == found.labels


def test_other_results_in_the_same_file_are_passed_over() -> None:
    both = {"results": [{"kind": "Agreement"}, SOME.to_json()]}
    assert len(read_json(json.dumps(both))) == 1


def test_csv_and_back() -> None:
    """Through the very bytes of the download button, with labels that a spreadsheet would run."""
    rows = [*csv_rows(SOME), *csv_rows(NOTHING), *csv_rows(OTHER)]
    assert list(rows[0]) == list(COLUMNS)
    again = read_csv(csv_bytes(rows))
    assert [each.provenance.model for each in again] == ["tiny", "other"]
    for before, after in zip((SOME, OTHER), again, strict=True):
        assert same_boxes(before, after)
        assert after.labels == before.labels
        assert after.provenance.photos_sha256 == before.provenance.photos_sha256
        assert np.array_equal(after.origin, before.origin)


def test_classes_that_no_row_shows_are_numbers() -> None:
    (again,) = read_csv(csv_bytes(csv_rows(detections([(0, 0, 1, 1)], classes=[2]))))
    assert again.labels == ("0", "1", "person")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_coco_and_back(dtype: type) -> None:
    many = [replace(each, boxes_xyxy=each.boxes_xyxy.astype(dtype)) for each in (SOME, NOTHING, OTHER)]
    again = read_coco(coco_bytes(many))
    assert all(len(before) == len(after) for before, after in zip(many, again, strict=True))
    assert all(same_boxes(before, after) for before, after in ((many[0], again[0]), (many[2], again[2])))
    results = json.dumps(coco_results(many))
    assert all(same_boxes(a, b) for a, b in zip(read_coco(coco_bytes(many), results), again, strict=True))


def test_coco_by_hand() -> None:
    found = detections([(10, 20, 40, 60)], [0.5], [1])
    content = coco_dataset([found, NOTHING], category_ids={"dog": 18, "cat": 17})
    assert content["images"][0] == {"id": 1, "file_name": "abababababab.png", "width": 100, "height": 80}
    assert content["categories"] == [{"id": 18, "name": "dog"}, {"id": 17, "name": "cat"}]
    assert content["annotations"] == [
        {"id": 1, "image_id": 1, "category_id": 18, "bbox": [10, 20, 30, 40], "score": 0.5, "area": 1200, "iscrowd": 0}
    ]
    assert coco_results([found], image_ids=[139], category_ids={"dog": 18}) == [
        {"image_id": 139, "category_id": 18, "bbox": [10, 20, 30, 40], "score": 0.5}
    ]
    assert coco_dataset([found], file_names=["street.png"])["images"][0]["file_name"] == "street.png"


def test_nothing_of_nothing() -> None:
    assert read_coco(coco_bytes([])) == read_json(json_bytes([])) == []
    assert read_csv(",".join(COLUMNS)) == csv_rows(NOTHING) == coco_results([NOTHING]) == []


def test_vocabularies_of_two_models_become_one() -> None:
    other = detections([(0, 0, 1, 1)], classes=[1], labels=("bus", "cat"))
    content = coco_dataset([detections([(0, 0, 1, 1)]), other])
    assert [each["name"] for each in content["categories"]] == ["cat", "dog", "person", "bus"]
    assert [each["category_id"] for each in content["annotations"]] == [1, 1]


def test_pycocotools_reads_it(tmp_path: Path) -> None:
    from pycocotools.coco import COCO

    file = tmp_path / "truth.json"
    file.write_bytes(coco_bytes([SOME, NOTHING]))
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(file))
        answers = truth.loadRes(coco_results([SOME, NOTHING]))
    assert (len(truth.getAnnIds(imgIds=[1])), len(answers.getAnnIds())) == (40, 40)
    assert answers.loadAnns([1])[0]["bbox"][:2] == SOME.boxes_xyxy[0, :2].tolist()


def _broken(**changes: object) -> bytes:
    return json.dumps(SOME.to_json() | changes).encode()


def _coco(**changes: object) -> bytes:
    return json.dumps(coco_dataset([detections([(0, 0, 1, 1)])]) | changes).encode()


def _csv(column: str, value: object) -> bytes:
    return csv_bytes([csv_rows(SOME)[0] | {column: value}])  # type: ignore[dict-item]


BOX = {"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1]}


@pytest.mark.parametrize(
    ("read", "data", "reason"),
    [
        (read_json, b"", "json"),
        (read_json, b"\xff\xfe\x00", "json"),
        (read_json, b"[" * 100_000, "json"),
        (read_json, b"3", "format"),
        (read_json, b"{}", "format"),
        (read_json, b'{"results": 3}', "format"),
        (read_json, _broken(boxes_xyxy=None), "numbers"),
        (read_json, _broken(boxes_xyxy=[[0, 0, 1]] * 40), "numbers"),
        (read_json, _broken(scores=[None] * 40), "numbers"),
        (read_json, _broken(class_ids=[9] * 40), "numbers"),
        (read_json, _broken(provenance={}), "format"),
        (read_json, _broken(size_wh=[]), "format"),
        (read_csv, b"", "format"),
        (read_csv, b"a,b\n1,2\n", "format"),
        (read_csv, _csv("score", "much"), "numbers"),
        (read_csv, _csv("x0", "nan"), "numbers"),
        (read_csv, _csv("class_id", -1), "numbers"),
        (read_coco, b"[]", "format"),
        (read_coco, b"not json", "json"),
        (read_coco, _coco(images=[]), "ids"),
        (read_coco, _coco(categories=[]), "ids"),
        (read_coco, _coco(annotations=[BOX | {"bbox": [0, 0]}]), "numbers"),
        (read_coco, _coco(annotations=[BOX | {"bbox": ["a", 0, 1, 1]}]), "numbers"),
        (read_coco, _coco(annotations=[BOX | {"bbox": None}]), "format"),
        (read_coco, _coco(annotations=[{}]), "format"),
    ],
)
def test_files_that_hold_no_detections(read: Callable[[bytes], object], data: bytes, reason: str) -> None:
    with pytest.raises(DetectionsFileInvalid) as caught:
        read(data)
    assert caught.value.values["reason"] == reason


def test_annotations_without_scores_are_certain() -> None:
    (again,) = read_coco(_coco(annotations=[BOX]))
    assert again.scores.tolist() == [1.0]
    assert again.size_wh == SIZE_WH


def test_a_file_in_any_of_the_three_forms() -> None:
    files = {"a.json": json_bytes([OTHER]), "b.CSV": csv_bytes(csv_rows(OTHER)), "c.json": coco_bytes([OTHER])}
    for name, data in files.items():
        (again,) = read_any(name, data, limit_mb=1)
        assert same_boxes(again, OTHER) or name == "c.json"
        assert same_numbers(again, OTHER)
    with pytest.raises(FileTooLarge) as refused:
        read_any("a.json", bytes(1_250_000), limit_mb=1)
    assert refused.value.values["actual_mb"] == 1.3
    assert sentence_for(refused.value).endswith("please choose a smaller file.")


def test_edges_that_no_width_leads_to_are_the_same_in_coco() -> None:
    rng = np.random.default_rng(5)
    low, high = rng.uniform(0, 1, (500, 2)), rng.uniform(50, 1000, (500, 2))
    found = detections(np.concatenate([low, high], axis=1), rng.random(500))
    (again,) = read_coco(coco_bytes([found]))
    assert not np.array_equal(again.boxes_xyxy, found.boxes_xyxy), "boxes of which some edge is another float"
    assert same_numbers(again, found)
    assert not same_numbers(again, replace(found, boxes_xyxy=found.boxes_xyxy + 1e-6))


def test_numbers_are_the_same_to_the_last_bit() -> None:
    assert same_numbers(NOTHING, NOTHING)
    assert same_numbers(OTHER, replace(OTHER, origin=OTHER.origin + 1)), "what only this page knows is not compared"
    assert not same_numbers(OTHER, replace(OTHER, scores=np.nextafter(OTHER.scores, 1)))
    assert not same_numbers(OTHER, replace(OTHER, provenance=Provenance(model="one more")))
    assert not same_numbers(OTHER, replace(OTHER, labels=("a", "b", "c")))
