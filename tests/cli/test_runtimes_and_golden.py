"""prepare-runtimes and golden: the promised keys, and what they leave in the cache folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.invocation import invoke
from vizcore.monitoring import golden
from vizcore.runtimes import serving, store


def test_golden_on_the_command_line(small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.zoo.weights.folders.cache_folder", lambda settings: tmp_path)
    monkeypatch.setattr("vizcore.runtimes.answers.ours", lambda: ("cnn-mini",))
    first = invoke("golden", "--json")
    assert (first.status, first.lines[0]["new"], first.lines[0]["passed"]) == (0, True, True)
    assert invoke("golden", "--json").lines[0]["new"] is False
    assert golden.last_checks()["cnn-mini"]["passed"] is True
    [record] = (tmp_path / "golden").glob("cnn-mini.json")
    record.write_text(json.dumps({**json.loads(record.read_text()), "scores": [0.0, 0.0, 0.0]}))
    changed = invoke("golden", "--json")
    assert (changed.status, changed.lines[0]["problems"]) == (2, ["score"])
    assert golden.last_checks()["cnn-mini"]["passed"] is False
    (tmp_path / "golden" / golden.CHECKED).write_text("broken")
    assert golden.last_checks() == {}


def test_a_cache_folder_that_cannot_be_written_to_is_one_sentence(
    small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept = tmp_path / "cache"
    monkeypatch.setattr("vizcore.zoo.weights.folders.cache_folder", lambda settings: kept)
    monkeypatch.setattr("vizcore.runtimes.answers.ours", lambda: ("cnn-mini",))
    kept.write_text("no folder")
    unwritable = invoke("golden", "--json")
    assert unwritable.status == 2
    assert [line["error"]["code"] for line in unwritable.lines] == ["file_unreadable"] * 2
    assert [Path(line["error"]["file"]).name for line in unwritable.lines] == ["cnn-mini.json", golden.CHECKED]
    assert not caplog.records, "it is no mistake of ours"


def test_what_was_prepared_and_not_kept_is_no_success(
    small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    monkeypatch.setattr(store, "cache_folder", lambda settings: folder)
    monkeypatch.setattr(serving, "PHOTOS", 4)
    monkeypatch.setattr(serving, "time_ratio", lambda ours, theirs: 0.5)
    folder.write_text("no folder")
    unwritable = invoke("prepare-runtimes", "cnn-mini", "--json")
    assert (unwritable.status, unwritable.lines[0]["error"]["reason"]) == (2, "unwritable")
    folder.unlink()
    assert invoke("prepare-runtimes", "cnn-mini", "--json").lines[0]["used"]
    [file] = (folder / "runtimes").glob("*.onnx")
    file.unlink()
    assert invoke("prepare-runtimes", "cnn-mini", "--missing").status == 0
    assert file.is_file(), "a record alone serves nobody"
    monkeypatch.setattr(serving, "kept_if_possible", lambda path, content: False)
    monkeypatch.setattr(serving, "time_ratio", lambda ours, theirs: 0.6)
    stale = invoke("prepare-runtimes", "cnn-mini", "--json")
    assert stale.status == 2, "the record still says what was measured before"


def test_preparing_measures_and_keeps_a_record(
    small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "cache_folder", lambda settings: tmp_path)
    monkeypatch.setattr(serving, "PHOTOS", 4)
    [line] = invoke("prepare-runtimes", "cnn-mini", "--json").lines
    assert {"model", "used", "equal", "ratio", "difference", "threads"} <= set(line)
    assert line["equal"] is True
    assert line["used"] == (line["ratio"] <= serving.MOST_RATIO)
    monkeypatch.setattr(serving, "prepare", lambda model: pytest.fail("measured before"))
    assert invoke("prepare-runtimes", "cnn-mini", "--missing", "--json").lines[0]["ratio"] == line["ratio"]
    [refused] = invoke("prepare-runtimes", "resnet18", "--json").lines
    assert refused["error"]["code"]
