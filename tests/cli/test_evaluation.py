"""evaluate: COCO's numbers with COCO's names, other conventions, and one line for bad files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.invocation import invoke
from tests.metrics.detection.sets import pycocotools_stats, random_set
from vizcore.metrics.detection.coco_written import found_json, truth_json
from vizcore.metrics.detection.worked_example import worked_example

NAMES = ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"]


def write(folder: Path, data: object) -> tuple[Path, Path]:
    files = folder / "gt.json", folder / "dt.json"
    for file, content in zip(files, (truth_json(data), found_json(data)), strict=True):  # type: ignore[arg-type]
        file.write_text(json.dumps(content))
    return files


def test_twelve_numbers_in_pycocotools_order(tmp_path: Path) -> None:
    data = random_set(1)
    gt, dt = write(tmp_path, data)
    answer = invoke("evaluate", "--gt", gt, "--dt", dt, "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert line["names"] == NAMES
    assert line["stats"] == pytest.approx(pycocotools_stats(data).tolist(), abs=1e-12)
    assert (line["convention"], line["file"]) == ("coco", [str(gt), str(dt)])
    assert line["provenance"]["operation"] == "evaluate"
    assert "AP50" in invoke("evaluate", "--gt", gt, "--dt", dt).out


@pytest.mark.parametrize(("convention", "at_50", "at_75"), [("voc07", 0.8864, 0.4924), ("ultralytics", 0.9338, 0.621)])
def test_other_conventions(tmp_path: Path, convention: str, at_50: float, at_75: float) -> None:
    gt, dt = write(tmp_path, worked_example())
    [line] = invoke("evaluate", "--gt", gt, "--dt", dt, "--convention", convention, "--json").lines
    assert line["names"] == ["AP", "AP50", "AP75"]
    assert [round(each, 4) for each in line["stats"][1:]] == [at_50, at_75]


@pytest.mark.parametrize(("name", "content", "code"), [("dt", "[1]", "not_coco"), ("gt", "no", "not_coco")])
def test_bad_files_are_one_line(tmp_path: Path, name: str, content: str, code: str) -> None:
    files = write(tmp_path, random_set(1))
    (tmp_path / f"{name}.json").write_text(content)
    answer = invoke("evaluate", "--gt", files[0], "--dt", files[1], "--json")
    [line] = answer.lines
    assert (answer.status, line["error"]["code"]) == (2, code)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    gt, _ = write(tmp_path, random_set(1))
    for path, reason in ((tmp_path / "absent.json", "missing"), (tmp_path, "not_a_file")):
        [line] = invoke("evaluate", "--gt", gt, "--dt", path, "--json").lines
        assert (line["error"]["code"], line["error"]["reason"]) == ("file_unreadable", reason)
