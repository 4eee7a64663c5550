"""`masks FILE --to FORM --out F`: what a file holds, every form and back, and every fault as one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.invocation import invoke
from tests.segmentation.foreign_files import coco, encoded, picture, run_lengths


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    """Two objects, the second with a hole."""
    labels = np.zeros((80, 100), np.uint8)
    labels[5:15, 5:25], labels[30:60, 40:80], labels[40:50, 50:60] = 1, 2, 0
    Image.fromarray(labels).save(tmp_path / "rooms.png")
    return tmp_path / "rooms.png"


def test_keys_of_an_object(drawing: Path) -> None:
    (line,) = invoke("masks", drawing, "--json").lines
    assert line["objects"] == [
        {"label": "rooms 1", "area": 200, "box_xyxy": [5, 5, 25, 15], "parts": 1},
        {"label": "rooms 2", "area": 1100, "box_xyxy": [40, 30, 80, 60], "parts": 1},
    ]
    assert (line["out"], line["size_wh"], line["provenance"]["operation"]) == (None, [100, 80], "masks")
    assert line["notes"] == [{"code": "read_as_labels", "count": 2}]


@pytest.mark.parametrize(("form", "lost"), [("coco", 0), ("png", 0), ("polygons", 100), ("yolo", 100)])
def test_every_form_and_back(form: str, lost: int, drawing: Path, tmp_path: Path) -> None:
    out = tmp_path / "made" / f"masks.{ {'png': 'png', 'yolo': 'txt'}.get(form, 'json') }"
    (line,) = invoke("masks", drawing, "--to", form, "--out", out, "--json").lines
    assert line["out"] == str(out)
    assert ("holes_filled" in [note["code"] for note in line["notes"]]) is bool(lost)
    (back,) = invoke("masks", out, "--photo", drawing, "--json").lines
    assert [each["area"] for each in back["objects"]] == [200, 1100 + lost]
    assert back["provenance"]["photos_sha256"]


def test_one_object_is_white_and_overlaps_are_said(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(encoded(coco({})))
    invoke("masks", tmp_path / "f.json", "--to", "png", "--out", tmp_path / "one.png")
    assert set(np.unique(np.asarray(Image.open(tmp_path / "one.png")))) == {0, 255}
    (tmp_path / "f.json").write_bytes(encoded(coco({}, {})))
    (line,) = invoke("masks", tmp_path / "f.json", "--to", "png", "--out", tmp_path / "two.png", "--json").lines
    assert {"code": "masks_overlap", "pixels": 400} in line["notes"]


def test_one_of_several_pictures(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes(encoded(coco({}, {"image_id": 2}, images=[picture(1), picture(2)])))
    (line,) = invoke("masks", path, "--json").lines
    assert (line["error"]["code"], line["error"]["pictures"]) == ("picture_unclear", ["1.jpg", "2.jpg"])
    (line,) = invoke("masks", path, "--picture", "2.jpg", "--json").lines
    assert len(line["objects"]) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "segmentation_file_invalid"),
        (encoded(coco(run_lengths([2**58] * 63 + [2**58 + 8000]))), "segmentation_file_invalid"),
        (b'{"kind": "SegmentationPrompts"}', "segmentation_file_invalid"),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_line(content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(content)
    answer = invoke("masks", tmp_path / "f.json", "--json")
    assert answer.status == 2
    assert [line["error"]["code"] for line in answer.lines] == [code]


def test_a_label_file_needs_its_photo(tmp_path: Path, drawing: Path) -> None:
    (tmp_path / "f.txt").write_text("0 .5 .5 .2 .2")
    (line,) = invoke("masks", tmp_path / "f.txt", "--json").lines
    assert line["error"]["reason"] == "size"
    (line,) = invoke("masks", tmp_path / "f.txt", "--photo", drawing, "--json").lines
    assert line["objects"][0]["box_xyxy"] == [40, 32, 60, 48]


def test_out_is_checked_first_and_goes_with_a_form(drawing: Path, tmp_path: Path) -> None:
    assert invoke("masks", drawing, "--out", tmp_path / "x.png").status == 2
    assert invoke("masks", drawing, "--to", "png").status == 2
    (line,) = invoke("masks", tmp_path / "absent.json", "--to", "png", "--out", drawing / "x.png", "--json").lines
    assert (line["error"]["code"], line["error"]["reason"]) == ("file_unreadable", "unwritable")


def test_names_that_are_no_unicode(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.json"
    path.write_bytes(encoded(coco({})))
    (line,) = invoke("masks", path, "--to", "coco", "--out", tmp_path / "r\udce9sultat.json", "--json").lines
    assert len(line["objects"]) == 1
