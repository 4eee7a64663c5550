"""`train` and `classify --model F`: a folder becomes a model that answers as it was tested."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.invocation import invoke
from tests.tiny_models import noise_photo


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Dark and bright noise, six each, and one file that is no picture any more."""
    for number in range(12):
        label = ("dark", "bright")[number % 2]
        rgb = noise_photo(60, 60, seed=number).rgb // 2 + np.uint8(120 * (number % 2))
        path = tmp_path / "pets" / label / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rgb.astype(np.uint8)).save(path)
    (tmp_path / "pets" / "dark" / "broken.png").write_bytes(b"\x89PNG\r\n")
    return tmp_path / "pets"


@pytest.mark.parametrize("method", ["linear", "knn"])
def test_a_folder_becomes_a_model(folder: Path, tmp_path: Path, method: str) -> None:
    out = tmp_path / "model.safetensors"
    answer = invoke("train", folder, "--backbone", "cnn-mini", "--method", method, "--out", out, "--json")
    assert answer.status == 2  # one photo was broken, and is named
    broken, *epochs, last = answer.lines
    assert broken["file"].endswith("broken.png")
    assert "code" in broken["error"]
    assert bool(epochs) == (method == "linear")
    assert all(each["epoch"] == place for place, each in enumerate(epochs))
    assert last["classes"] == ["bright", "dark"]
    assert last["split"] == {"train": 8, "validation": 2, "test": 2, "groups": 12, "twins_moved": 0}
    assert np.array(last["confusion"]).sum() == 2
    assert last["interval"][0] < last["accuracy"] <= 1
    assert last["provenance"]["model"] == "cnn-mini"
    photo = next((folder / "bright").glob("*.png"))
    [line] = invoke("classify", photo, "--model", out, "--json").lines
    assert [each["label"] for each in line["top"]] in (["bright", "dark"], ["dark", "bright"])
    assert sum(each["probability"] for each in line["top"]) == pytest.approx(1)


def test_a_network_tells_its_epochs(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.safetensors"
    options = ("--backbone", "cnn-mini", "--method", "finetune", "--epochs", 2, "--out", out, "--json")
    _broken, *epochs, last = invoke("train", folder, *options).lines
    assert [each["epoch"] for each in epochs] == [1, 2]
    assert {"loss", "accuracy", "validation_loss", "validation_accuracy"} <= epochs[0].keys()
    assert last["method"] == "finetune"
    photo = next((folder / "dark").glob("[0-9]*.png"))
    [line] = invoke("classify", photo, "--model", out, "--json").lines
    assert line["model"].startswith("taught-")


def test_one_sentence_for_what_cannot_be(folder: Path, tmp_path: Path) -> None:
    one = invoke("train", folder / "bright", "--backbone", "cnn-mini", "--json")
    assert (one.status, one.lines[-1]["error"]["code"]) == (2, "class_count_invalid")
    missing = invoke("train", tmp_path / "nowhere", "--json")
    assert missing.lines[-1]["error"]["code"] == "file_unreadable"
    lora = invoke("train", folder, "--backbone", "cnn-mini", "--method", "lora", "--json")
    assert lora.lines[-1]["error"]["code"] == "model_cannot"
    (tmp_path / "no.safetensors").write_bytes(b"PK")
    for name, code in (("no.safetensors", "taught_file_invalid"), ("gone.safetensors", "file_unreadable")):
        answer = invoke("classify", "sample:cat", "--model", tmp_path / name, "--json")
        assert answer.lines[0]["error"]["code"] == code
