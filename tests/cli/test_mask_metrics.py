"""`mask-metrics A.png B.png`: the numbers, the empty masks, and masks that do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.invocation import invoke


def saved(folder: Path, name: str, mask: np.ndarray, value: int = 255) -> Path:
    path = folder / name
    Image.fromarray((mask * value).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def square(tmp_path: Path) -> Path:
    mask = np.zeros((40, 40), bool)
    mask[10:20, 10:20] = True
    return saved(tmp_path, "square.png", mask)


def test_numbers_of_a_shifted_square(square: Path, tmp_path: Path) -> None:
    mask = np.zeros((40, 40), bool)
    mask[10:20, 12:22] = True
    moved = saved(tmp_path, "moved.png", mask, value=1)
    answer = invoke("mask-metrics", square, moved, "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert line["file"] == [str(square), str(moved)]
    assert (line["iou"], line["dice"]) == (80 / 120, 160 / 200)
    assert line["precision"] == line["recall"] == 0.8
    assert line["hausdorff"] == 2.0
    assert 0 < line["boundary_iou"] < line["iou"]
    assert (line["tp"], line["fp"], line["fn"], line["both_empty"]) == (80, 20, 20, False)
    assert line["provenance"]["operation"] == "mask_metrics"
    text = invoke("mask-metrics", square, moved)
    assert "0.666667" in text.out


@pytest.mark.parametrize(("options", "iou"), [((), 1.0), (("--skip-empty",), None)])
def test_two_empty_masks_follow_the_policy(tmp_path: Path, options: tuple[str, ...], iou: float | None) -> None:
    empty = saved(tmp_path, "empty.png", np.zeros((5, 6), bool))
    [line] = invoke("mask-metrics", empty, empty, "--json", *options).lines
    assert (line["iou"], line["both_empty"]) == (iou, True)
    assert "both masks are empty" in invoke("mask-metrics", empty, empty, *options).out


def test_one_empty_mask_is_infinitely_far(square: Path, tmp_path: Path) -> None:
    empty = saved(tmp_path, "empty.png", np.zeros((40, 40), bool))
    [line] = invoke("mask-metrics", square, empty, "--json").lines
    assert (line["iou"], line["precision"], line["hausdorff"]) == (0.0, 0.0, None)


def test_full_and_one_pixel(tmp_path: Path) -> None:
    dot = saved(tmp_path, "dot.png", np.ones((1, 1), bool))
    [line] = invoke("mask-metrics", dot, dot, "--json").lines
    assert (line["iou"], line["boundary_iou"], line["hausdorff"]) == (1.0, 1.0, 0.0)


def test_masks_of_different_sizes(square: Path, tmp_path: Path) -> None:
    other = saved(tmp_path, "other.png", np.ones((3, 4), bool))
    answer = invoke("mask-metrics", square, other, "--json")
    [line] = answer.lines
    assert answer.status == 2
    assert line["error"]["code"] == "mask_sizes_differ"
    assert line["error"]["message"].count(".") == 1


def test_a_file_that_is_no_picture(square: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_text("no picture at all, only words " * 9)
    answer = invoke("mask-metrics", square, text, "--json")
    assert answer.status == 2
    assert answer.lines[0]["error"]["code"] == "not_an_image"


def test_a_sample_that_is_no_mask_is_doubted_as_a_file_is() -> None:
    [line] = invoke("mask-metrics", "sample:cat", "sample:cat", "--json").lines
    assert [[note["code"] for note in each] for each in line["notes"]] == [["mask_of_many_values"]] * 2
