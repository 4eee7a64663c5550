"""drift: the promised keys, a control, a refusal for few photos."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.invocation import invoke
from vizcore.monitoring.changes import changed
from vizcore.runtimes.calibration import cut_photos


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    photos = cut_photos(64, 9)
    sets = {"before": photos[:40], "now": changed(photos[40:], "darker", 0.7)}
    for name, part in sets.items():
        (tmp_path / name).mkdir()
        for place, photo in enumerate(part):
            Image.fromarray(photo.rgb).save(tmp_path / name / f"{place:02}.png")
    return tmp_path / "before", tmp_path / "now"


def test_keys_and_verdict(small_models: Path, folders: tuple[Path, Path]) -> None:
    [line] = invoke("drift", *folders, "--model", "cnn-mini", "--json").lines
    assert {"properties", "embedding", "control", "drifted"} <= set(line)
    rows = {each["name"]: each for each in line["properties"]}
    assert {"brightness", "contrast", "sharpness", "colour", "width", "height", "scores"} <= set(rows)
    assert {"name", "statistic", "effect", "p", "drifted"} <= set(rows["brightness"])
    assert rows["brightness"]["drifted"] is True
    assert line["control"]["drifted"] is False
    assert "DRIFTED" in invoke("drift", *folders, "--model", "cnn-mini").out


def test_few_photos_and_no_folder(small_models: Path, folders: tuple[Path, Path], tmp_path: Path) -> None:
    few = tmp_path / "few"
    few.mkdir()
    Image.fromarray(cut_photos(1)[0].rgb).save(few / "one.png")
    answer = invoke("drift", folders[0], few, "--json")
    assert answer.status == 2
    assert answer.lines[0]["error"]["code"] == "sample_too_small"
    assert invoke("drift", folders[0], tmp_path / "absent", "--json").lines[0]["error"]["code"] == "file_unreadable"
