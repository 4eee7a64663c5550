"""`mnist-contest`: recorded rows, a short run, and one sentence for what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.invocation import invoke
from vizcore.learning.contest.recorded import recording


def test_recorded_rows_and_their_mean() -> None:
    answer = invoke("mnist-contest", "--recorded", "--contestants", "small-cnn,faster-rcnn", "--json")
    assert answer.status == 0
    runs = [line for line in answer.lines if "seed" in line]
    cnn = [line for line in runs if line["contestant"] == "small-cnn"]
    assert [line["seed"] for line in cnn] == [0, 1, 2]
    assert all(line["interval"][0] < line["accuracy"] < line["interval"][1] for line in cnn)
    assert sum(map(sum, cnn[0]["confusion"])) == 1000
    assert cnn[0]["provenance"]["versions"]["torch"]
    [mean] = [line for line in answer.lines if line.get("seeds") == 3 and line["contestant"] == "small-cnn"]
    assert mean["mean"] == pytest.approx(sum(line["accuracy"] for line in cnn) / 3)
    detector = next(line for line in runs if line["contestant"] == "faster-rcnn")
    assert "accuracy" not in detector
    assert 0 < detector["map"] < detector["ap50"] <= 1
    epochs = invoke("mnist-contest", "--recorded", "--contestants", "small-cnn", "--epochs", 2, "--json")
    assert {line["regime"] for line in epochs.lines} == {"epochs"}
    assert {line["budget"] for line in epochs.lines if "seed" in line} == {2}
    for other in (("--epochs", 7), ("--seeds", 2), ("--budget-s", 5)):
        assert "the recorded runs have" in invoke("mnist-contest", "--recorded", *other).err
    assert len(recording().runs) >= len(runs) + len(epochs.lines) - 1


def test_a_short_run() -> None:
    answer = invoke("mnist-contest", "--contestants", "numpy-cnn", "--budget-s", 1, "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert line["accuracy"] > 0.5
    assert line["seconds"] >= 1
    assert (line["train"], line["test"], line["parameters"]) == (4000, 1000, 9098)
    assert "numpy-cnn" in invoke("mnist-contest", "--contestants", "numpy-cnn", "--recorded").out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--contestants", "resnet"), "unknown_choice"),
        (("--contestants", "small-cnn", "--budget-s", "0.2"), "setting_out_of_range"),
        (("--contestants", "small-cnn", "--epochs", "1000"), "setting_out_of_range"),
        (("--contestants", "small-cnn", "--idx", "no-such-folder"), "file_unreadable"),
    ],
)
def test_what_cannot_be(options: tuple[str, ...], code: str) -> None:
    answer = invoke("mnist-contest", *options, "--json")
    assert answer.status == 2
    assert [line["error"]["code"] for line in answer.lines] == [code]


def test_an_empty_folder_of_idx_files(tmp_path: Path) -> None:
    [line] = invoke("mnist-contest", "--contestants", "small-cnn", "--idx", tmp_path, "--json").lines
    assert line["error"]["code"] == "idx_invalid"
