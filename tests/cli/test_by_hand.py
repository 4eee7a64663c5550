"""`convolve`, `gradient-check` and `train-digits`: numbers, shapes, and one sentence for everything that cannot be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.invocation import invoke

LECTURE = "1,2,3,0,1\n4,5,6,1,2\n7,8,9,2,3\n1,2,3,4,5\n6,7,8,5,6\n"
EDGES = "1,0,-1\n" * 3


def saved(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_the_lectures_numbers(tmp_path: Path) -> None:
    files = saved(tmp_path, "m.csv", LECTURE), saved(tmp_path, "k.csv", EDGES)
    answer = invoke("convolve", "--input", files[0], "--kernel", files[1], "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert line["file"] == [str(each) for each in files]
    assert line["output"] == [[-6, 12, 12], [-6, 8, 8], [-6, 6, 6]]
    assert line["relu"] == [[0, 12, 12], [0, 8, 8], [0, 6, 6]]
    assert line["pooled"] == [[12]]
    assert line["shapes"]["output"] == [3, 3]
    assert "-6       12       12" in invoke("convolve", "--input", files[0], "--kernel", files[1]).out


def test_settings_reach_the_convolution(tmp_path: Path) -> None:
    file = saved(tmp_path, "m.csv", "2 2 3 3 3\n0 1 3 0 3\n2 3 0 1 3\n3 3 2 1 2\n3 3 0 2 3")
    answer = invoke(
        "convolve", "--input", file, "--kernel", "golden", "--stride", 2, "--padding", 1, "--bias", 1, "--json"
    )
    assert answer.lines[0]["output"] == [[2, 6, 7], [8, 9, 4], [4, 11, 5]]


def test_a_photo(tmp_path: Path) -> None:
    file = tmp_path / "grey.png"
    Image.fromarray(np.full((6, 7, 3), 100, np.uint8)).save(file)
    [line] = invoke("convolve", "--input", file, "--kernel", "blur", "--json").lines
    assert line["shapes"]["input"] == [1, 6, 7]
    assert np.allclose(line["output"], 100)
    colours = saved(tmp_path, "k.csv", "1\n\n1\n\n1")
    [line] = invoke("convolve", "--input", file, "--kernel", colours, "--json").lines
    assert np.allclose(line["output"], 300)


@pytest.mark.parametrize(
    ("matrix", "options", "code"),
    [
        ("1 2\n3", (), "matrix_invalid"),
        ("", (), "matrix_invalid"),
        ("a b", (), "matrix_invalid"),
        ("1 nan", (), "matrix_invalid"),
        ("1 2\n3 4", (), "convolution_impossible"),
        (LECTURE, ("--stride", 0), "convolution_impossible"),
        (LECTURE, ("--dilation", 3), "convolution_impossible"),
        (LECTURE, ("--padding", -1), "convolution_impossible"),
    ],
)
def test_one_sentence_each(tmp_path: Path, matrix: str, options: tuple[object, ...], code: str) -> None:
    file = saved(tmp_path, "m.csv", matrix)
    answer = invoke("convolve", "--input", file, "--kernel", "lecture", *options, "--json")
    [line] = answer.lines
    assert answer.status == 2
    assert line["error"]["code"] == code
    assert line["error"]["message"].endswith(".")
    assert "{" not in line["error"]["message"]


def test_a_folder_in_place_of_numbers_is_not_told_about_pictures(tmp_path: Path) -> None:
    [line] = invoke("convolve", "--input", tmp_path, "--kernel", "lecture", "--json").lines
    assert (line["error"]["code"], line["error"]["reason"]) == ("file_unreadable", "not_a_file")
    assert line["error"]["message"].endswith("please name a file.")


@pytest.mark.parametrize("bias", ["nan", "inf", "-inf"])
def test_a_bias_that_is_no_number(tmp_path: Path, bias: str) -> None:
    answer = invoke("convolve", "--input", saved(tmp_path, "m.csv", LECTURE), "--kernel", "lecture", "--bias", bias)
    assert (answer.status, answer.out) == (2, "")
    assert f"{bias} is not a finite number" in answer.err


def test_files_that_are_missing_or_too_large(tmp_path: Path) -> None:
    answer = invoke("convolve", "--input", tmp_path / "none.csv", "--kernel", "lecture", "--json")
    assert answer.lines[0]["error"]["code"] == "file_unreadable"
    large = tmp_path / "large.png"
    Image.fromarray(np.zeros((2000, 2000), np.uint8)).save(large)
    answer = invoke("convolve", "--input", large, "--kernel", "lecture", "--json")
    assert answer.lines[0]["error"]["code"] == "matrix_invalid"
    assert "1000000" in answer.lines[0]["error"]["message"].replace(",", "")


def test_gradient_check() -> None:
    [line] = invoke("gradient-check", "--seed", 3, "--json").lines
    assert line["passed"] is True
    assert {each["verdict"] for each in line["tensors"]} == {"right"}
    first = line["tensors"][0]
    assert first["name"] == "conv1.weight"
    assert np.allclose(first["analytic"], first["numeric"], atol=1e-8)
    [broken] = invoke("gradient-check", "--break", "bias_per_tap", "--network", "deep", "--json").lines
    assert broken["passed"] is False
    assert "right" in invoke("gradient-check").out


def test_gradient_check_of_a_wrong_seed() -> None:
    answer = invoke("gradient-check", "--seed", -1, "--json")
    assert (answer.status, answer.lines[0]["error"]["code"]) == (2, "setting_out_of_range")


def test_train_digits() -> None:
    [line] = invoke("train-digits", "--epochs", 1, "--seed", 2, "--json").lines
    assert [each["epoch"] for each in line["epochs"]] == [1]
    assert set(line["epochs"][0]) >= {"loss", "accuracy", "validation_accuracy"}
    low, high = line["interval"]
    assert 0.5 < low < line["test_accuracy"] < high
    assert line["provenance"]["seed"] == 2
    wild = invoke("train-digits", "--epochs", 2, "--lr", 100, "--json")
    assert wild.status == 2
    assert wild.lines[0]["error"]["code"] == "training_diverged"
    assert wild.lines[0]["error"]["step"] <= 5
