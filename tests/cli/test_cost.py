"""profile and export: the promised keys, refused percentiles as null, a file that runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.invocation import invoke
from vizcore.runtimes.onnx_session import OnnxSession


def test_profile_keys(small_models: Path) -> None:
    [line] = invoke(
        "profile", "sample:cat", "--model", "cnn-mini", "--runtimes", "eager,onnx", "--runs", 6, "--json"
    ).lines
    assert [each["name"] for each in line["runtimes"]] == ["eager", "onnx"]
    for each in line["runtimes"]:
        assert {"name", "p50_ms", "p95_ms", "p99_ms", "n", "parity"} <= set(each)
        assert each["n"] == 6
        assert each["p95_ms"] is None
    assert line["runtimes"][1]["parity"]["agreed"] == line["runtimes"][1]["parity"]["n"]


def test_export_writes_a_file_that_runs(small_models: Path, tmp_path: Path) -> None:
    out = tmp_path / "model.onnx"
    [line] = invoke("export", "--model", "cnn-mini", "--format", "onnx", "--out", out, "--json").lines
    assert {"parity", "size_mb", "opset", "out"} <= set(line)
    assert line["parity"]["tensor_ok"] is True
    session = OnnxSession(out.read_bytes(), threads=1)
    assert json.loads(session.metadata()["vizcore_labels"])[0] == "thing 0"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["profile", "sample:cat", "--runtimes", "abacus"], "unknown_choice"),
        (["profile", "sample:nothing"], "unknown_sample"),
        (["export", "--format", "abacus"], "unknown_choice"),
        (["export", "--model", "no-such-model"], "unknown_model"),
        (["export", "--model", "cnn-mini", "--nms"], "option_unused"),
        (["export", "--format", "safetensors", "--nms"], "option_unused"),
        (["export", "--model", "cnn-mini", "--calibration", "photos"], "option_unused"),
    ],
)
def test_bad_input(
    small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = invoke(*arguments, "--json")
    assert answer.status == 2
    assert answer.lines[0]["error"]["code"] == code
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written(small_models: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "model.safetensors"
    answer = invoke("export", "--format", "safetensors", "--out", out, "--json")
    assert answer.lines[0]["error"]["code"] == "file_unreadable"


def test_bad_files_among_calibration_photos_are_said(small_models: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "broken.png").write_bytes(b"this is no picture at all")
    Image.new("RGB", (32, 32), "red").save(photos / "red.png")
    answer = invoke("export", "--model", "cnn-mini", "--format", "onnx-int8", "--calibration", photos, "--json")
    assert [line["error"]["code"] for line in answer.lines] == ["not_an_image", "calibration_too_small"]
    assert answer.lines[0]["file"].endswith("photos/broken.png")
    assert answer.status == 2
