"""inspect: one line for every file, good or bad, in the order of the arguments."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.invocation import invoke
from tests.patience import PATIENCE_S
from vizcore.photo import pixels_sha256

RGB = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.png"
    Image.fromarray(RGB).save(path)
    return path


def test_size_and_fingerprint_of_the_pixels(good: Path) -> None:
    answer = invoke("inspect", good, "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert {"schema", "file", "provenance", "width", "height", "sha256", "notes"} == set(line)
    assert (line["file"], line["width"], line["height"], line["notes"]) == (str(good), 7, 5, [])
    assert line["sha256"] == pixels_sha256(RGB)
    assert line["schema"] == "vizcore/1"
    assert line["provenance"]["operation"] == "inspect"
    assert line["provenance"]["photos_sha256"] == [line["sha256"]]


def test_what_intake_did_is_noted(tmp_path: Path) -> None:
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RGB).save(turned, exif=exif)
    [line] = invoke("inspect", turned, "--json").lines
    assert (line["width"], line["height"]) == (5, 7)
    assert line["notes"]
    assert all("code" in note for note in line["notes"])


def test_bad_files_have_their_own_line_and_the_run_goes_on(tmp_path: Path, good: Path) -> None:
    broken, empty, text = tmp_path / "broken.png", tmp_path / "empty.jpg", tmp_path / "text.jpg"
    broken.write_bytes(good.read_bytes()[:60])
    empty.touch()
    text.write_text("This is a letter, not a picture.\n" * 10)
    inputs = [broken, good, empty, tmp_path, text, tmp_path / "nowhere.png", good]
    answer = invoke("inspect", *inputs, "--json")
    assert answer.status == 2
    assert [line["file"] for line in answer.lines] == [str(path) for path in inputs]
    codes = [line.get("error", {}).get("code") for line in answer.lines]
    assert codes == ["image_damaged", None, "image_empty", "file_unreadable", "not_an_image", "file_unreadable", None]
    for line in answer.lines:
        assert {"schema", "file", "provenance"} < set(line)
        assert "message" in line.get("error", {"message": ""})
    assert answer.lines[3]["error"]["reason"] == "not_a_file"
    assert answer.lines[5]["error"]["reason"] == "missing"
    assert answer.lines[4]["error"]["accepted"], "the values of the error stand beside its code"


@pytest.mark.parametrize(
    ("problem", "reason"), [(PermissionError(13, "no"), "denied"), (OSError(5, "disk"), "unreadable")]
)
def test_a_file_that_cannot_be_read(good: Path, problem: OSError, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:
        raise problem

    monkeypatch.setattr(Path, "read_bytes", refuse)
    [line] = invoke("inspect", good, "--json").lines
    assert (line["error"]["code"], line["error"]["reason"]) == ("file_unreadable", reason)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_does_not_make_it_wait(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    [line] = invoke("inspect", pipe, "--json").lines
    assert line["error"]["reason"] == "not_a_file"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(40_000_000_000)  # a hole: takes no room on the disk
    [line] = invoke("inspect", huge, "--json").lines
    assert line["error"]["code"] == "file_too_large"
    assert line["error"]["actual_mb"] == 40_000


def test_text_for_people(good: Path, tmp_path: Path) -> None:
    answer = invoke("inspect", good, tmp_path / "nowhere.png")
    assert answer.status == 2
    assert "7 x 5" in answer.out
    assert pixels_sha256(RGB) in answer.out
    assert "nowhere.png" not in answer.out
    assert "[file_unreadable]" in answer.err


def test_a_sample_can_stand_for_a_file() -> None:
    answer = invoke("inspect", "sample:cat", "sample:unicorn", "--json")
    cat, unicorn = answer.lines
    assert (cat["file"], cat["width"], cat["height"]) == ("sample:cat", 451, 300)
    assert unicorn["error"]["code"] == "unknown_sample"
    assert "cat" in unicorn["error"]["known"]


def test_file_names_of_any_kind_come_back_as_they_are(tmp_path: Path) -> None:
    names = ["a b.png", "ö—猫.png", 'quote".png', "-dash.png"]
    for name in names:
        Image.fromarray(RGB).save(tmp_path / name)
    answer = invoke("inspect", "--json", *(tmp_path / name for name in names))
    assert [Path(line["file"]).name for line in answer.lines] == names
    assert answer.out.isascii()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"\xff\xfe.png")
    os.rename(_saved(tmp_path / "a.png"), path)
    command = [sys.executable, "-m", "vizcore", "inspect", path]
    for arguments in (command, [*command, "--json"]):
        done = subprocess.run(arguments, capture_output=True, timeout=PATIENCE_S, check=False)
        assert done.returncode == 0, done.stderr
        assert b"7" in done.stdout


def _saved(path: Path) -> Path:
    Image.fromarray(RGB).save(path)
    return path
