"""detect: the operation's own boxes, in the promised keys, for every input."""

from __future__ import annotations

import copy
import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import vizcore.engine
from tests.cli.invocation import invoke
from tests.tiny_detectors import yolo_module
from vizcore.detection.choosing import ChoiceSettings
from vizcore.detection.detect import DetectSettings, detect
from vizcore.engine import Engine
from vizcore.results import Detections
from vizcore.samples import load_sample
from vizcore.settings import current
from vizcore.zoo import catalogue
from vizcore.zoo.cards import WeightFile

KEYS = {"schema", "file", "provenance", "model", "detections", "timing_ms"}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """The process's shared engine must never hold this model: it bears the name of the real one."""
    own = Engine(current())
    yield own
    own.close()


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("admin") / "yolo11n" / "yolo11n.pt"
    file.parent.mkdir()
    stream = io.BytesIO()
    torch.save({"model": copy.deepcopy(yolo_module()).half(), "ema": None}, stream)
    file.write_bytes(stream.getvalue())
    return file


@pytest.fixture(autouse=True)
def only_this_detector(weights: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    content = weights.read_bytes()
    file = WeightFile(weights.name, "", hashlib.sha256(content).hexdigest(), len(content))
    cards = {key: each for key, each in catalogue.CARDS.items() if not each.bundled}
    monkeypatch.setattr(catalogue, "CARDS", cards | {"yolo11n": replace(cards["yolo11n"], files=(file,))})
    with_weights = replace(current(), weights=str(weights.parent.parent))
    monkeypatch.setattr("vizcore.settings.current", lambda: with_weights)
    monkeypatch.setattr(vizcore.engine, "shared_engine", lambda: engine)


def lines(*arguments: object) -> list[dict[str, Any]]:
    return invoke("detect", *arguments, "--model", "yolo11n", "--json").lines


def asked(engine: Engine, score: float = 0.25) -> Detections:
    settings = DetectSettings(choice=ChoiceSettings(score=score, iou=0.7))
    found = engine.run(detect, "yolo11n", load_sample("cat"), settings)
    assert isinstance(found, Detections)
    return found


def test_the_operations_own_boxes(engine: Engine) -> None:
    expected = asked(engine)
    [line] = lines("sample:cat")
    assert set(line) == KEYS
    assert line["model"] == "yolo11n"
    assert set(line["timing_ms"]) == {"pre", "model", "post"}
    assert len(line["detections"]) == len(expected) > 3
    found = line["detections"]
    assert [each["label"] for each in found] == [expected.labels[place] for place in expected.class_ids]
    assert [each["box_xyxy"] for each in found] == expected.boxes_xyxy.tolist()
    assert [each["score"] for each in found] == expected.scores.tolist()
    assert line["provenance"]["operation"] == "detect"
    assert line["provenance"]["photos_sha256"] == [load_sample("cat").sha256]


def test_score_iou_and_classes(engine: Engine) -> None:
    [line] = lines("sample:cat")
    labels = sorted({each["label"] for each in line["detections"]})
    [fewer] = lines("sample:cat", "--score", 0.5)
    assert all(each["score"] >= 0.5 for each in fewer["detections"])
    assert len(fewer["detections"]) < len(line["detections"])
    [apart] = lines("sample:cat", "--iou", 0)
    assert len(apart["detections"]) < len(line["detections"])
    [chosen] = lines("sample:cat", "--classes", f"{labels[0]}, zebra")
    assert {each["label"] for each in chosen["detections"]} <= {labels[0], "zebra"}
    assert len(fewer["detections"]) == len(asked(engine, 0.5))


def test_nothing_found_is_an_empty_list() -> None:
    [line] = lines("sample:cat", "--score", 1.0)
    assert line["detections"] == []


def test_a_bad_file_and_a_bad_class(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture at all")
    answer = invoke("detect", "sample:cat", broken, "--model", "yolo11n", "--json")
    assert answer.status == 2
    assert [("error" in line) for line in answer.lines] == [False, True]
    [line] = lines("sample:cat", "--classes", "unicorn")
    assert line["error"]["code"] == "unknown_class"


@pytest.mark.parametrize(
    ("model", "code"),
    [("no-such-model", "unknown_model"), ("resnet18", "model_cannot"), ("detr-resnet-50", "weights_missing")],
)
def test_a_model_that_cannot_answer(model: str, code: str) -> None:
    answer = invoke("detect", "sample:cat", "--model", model, "--json")
    assert answer.status == 2
    assert answer.lines[0]["error"]["code"] == code


def test_without_a_bundled_detector_the_others_are_named() -> None:
    [line] = invoke("detect", "sample:cat", "--json").lines
    assert "yolo11n" in line["error"]["known"]


def test_text_for_people() -> None:
    [line] = lines("sample:cat")
    text = invoke("detect", "sample:cat", "--model", "yolo11n").out.splitlines()
    assert text[0] == f"sample:cat (yolo11n): {len(line['detections'])}"
    assert len(text) == 1 + len(line["detections"])
    assert "%" in text[1]
