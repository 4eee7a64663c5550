"""lint: the promised keys for every input, the most damage first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.invocation import invoke

KEYS = {"schema", "file", "provenance", "model", "right", "variants"}


def test_keys_and_order(small_models: Path) -> None:
    [line] = invoke("lint", "sample:cat", "--model", "vit-mini", "--json").lines
    assert set(line) == KEYS
    assert {"name", "changed", "top1", "confidence", "warning"} <= set(line["variants"][0])
    names = [each["name"] for each in line["variants"]]
    assert {"bgr", "exif_ignored", "range_255", "wrong_mean_std", "letterbox", "no_antialias", "jpeg_50"} <= set(names)
    overlaps = [each["overlap"] for each in line["variants"]]
    assert overlaps == sorted(overlaps)
    assert line["provenance"]["operation"] == "lint"


def test_one_fault_a_bad_file_and_a_bad_fault(small_models: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture at all, only words")
    answer = invoke("lint", "sample:cat", broken, "--fault", "bgr", "--json")
    assert answer.status == 2
    assert [each["name"] for each in answer.lines[0]["variants"]] == ["bgr"]
    assert answer.lines[1]["error"]["code"] == "not_an_image"
    [line] = invoke("lint", "sample:cat", "--fault", "purple", "--json").lines
    assert line["error"]["code"] == "unknown_choice"


@pytest.mark.parametrize("model", ["no-such-model", "deeplabv3-mobilenet"])
def test_a_model_that_cannot_be_linted(small_models: Path, model: str) -> None:
    assert invoke("lint", "sample:cat", "--model", model, "--json").status == 2


def test_text_for_people(small_models: Path) -> None:
    text = invoke("lint", "sample:cat").out
    assert "faults change the decision" in text
    assert "bgr" in text
