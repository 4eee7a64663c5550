"""ONNX Runtime answers in torch's place only where nobody can tell, and provenance says that it did."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_detectors import tiny_yolo as official_yolo
from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.detection.candidates import ProposeSettings, propose
from vizcore.engine import Engine
from vizcore.features.classes import classify
from vizcore.runtimes import serving, store
from vizcore.runtimes.answers import OPEN_AFTER, OnnxAnswers, attach, may_be_served, ours
from vizcore.runtimes.graphs import graph_of
from vizcore.settings import Settings
from vizcore.zoo.fast_answers import without_fast
from vizcore.zoo.hooks import captured

PHOTO = noise_photo()


def tiny_yolo() -> Any:
    """A detector as ours are: bundled, with pictures of one size."""
    model = official_yolo()
    model.card = replace(model.card, source="bundled")
    model.recipe = replace(model.recipe, layout="letterbox", size=128)
    return model


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "cache_folder", lambda settings: tmp_path)
    monkeypatch.setattr(serving, "time_ratio", lambda ours, theirs: (ours(), theirs(), 0.5)[2])  # no clock in a test


def served(build: Any) -> Any:
    """A prepared model whose file is open."""
    model = build()
    serving.prepare(model)
    attach(model)
    for _ in range(OPEN_AFTER):
        assert not model.fast.ready()
    model.fast.wait()
    assert model.fast.answered == 0
    return model


def pixels_of(model: Any) -> torch.Tensor:
    pixels: torch.Tensor = model.pixels([model.prepare(PHOTO)])
    return pixels


def asked(model: Any, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
    found: tuple[torch.Tensor, ...] = (
        model.scored_boxes(pixels) if model.card.task == "detect" else (model.logits(pixels), model.embed(pixels))
    )
    return found


@pytest.mark.parametrize("build", [tiny_cnn, tiny_vit, tiny_yolo])
def test_the_answers_are_torchs(build: Any) -> None:
    model = served(build)
    pixels = pixels_of(model)
    with torch.inference_mode():
        fast, slow = asked(model, pixels), asked(without_fast(model), pixels)
        calls = model.fast.answered
        if model.card.task == "classify":
            both = model.both(pixels)
            assert torch.equal(both[0], fast[1])
            assert torch.equal(both[1], fast[0])
    assert calls == (1 if model.card.task == "detect" else 2)
    for ours_, theirs in zip(fast, slow, strict=True):
        assert torch.allclose(ours_, theirs, rtol=1e-3, atol=1e-5 * max(1.0, float(theirs.abs().max())))


def test_whoever_looks_closer_is_answered_by_torch() -> None:
    model = served(tiny_cnn)
    pixels = pixels_of(model)
    wanted = pixels.clone().requires_grad_(True)
    model.logits(wanted).sum().backward()
    assert wanted.grad is not None
    with torch.no_grad():
        model.logits(pixels)  # a gradient may still be asked for elsewhere: only inference mode forbids it
    with torch.inference_mode():
        with captured({"layer4": model.stages["layer4"]}) as maps:
            model.logits(pixels)
        assert maps["layer4"].shape[1] > 1
        with torch.autocast("cpu", torch.bfloat16):
            model.logits(pixels)
        model.logits(torch.nn.functional.interpolate(pixels, size=64))
        graph_of(model)(pixels)
    assert model.fast.answered == 0
    classify(model, PHOTO)
    assert model.fast.answered == 1


def test_another_number_type_of_a_detector_is_torchs() -> None:
    model = served(tiny_yolo)
    propose(model, PHOTO, ProposeSettings(dtype="bfloat16"))
    assert model.fast.answered == 0
    propose(model, PHOTO)
    assert model.fast.answered == 1


@pytest.mark.parametrize("change", [{"ratio": 0.95}, {"equal": False}])
def test_slower_or_different_stays_with_torch(change: dict[str, Any]) -> None:
    model = tiny_cnn()
    serving.prepare(model)
    [record] = store.runtimes_folder().glob("*measured*.json")
    record.write_text(json.dumps({**json.loads(record.read_text()), **change}))
    attach(model)
    for _ in range(3 * OPEN_AFTER):
        classify(model, PHOTO)
        model.fast.wait()
    assert model.fast.answered == 0


def test_a_record_that_comes_later_or_is_damaged() -> None:
    model = tiny_cnn()
    attach(model)
    for _ in range(OPEN_AFTER):
        classify(model, PHOTO)
    model.fast.wait()
    serving.prepare(model)
    for _ in range(OPEN_AFTER):
        classify(model, PHOTO)
    model.fast.wait()
    classify(model, PHOTO)
    assert model.fast.answered == 1
    [record] = store.runtimes_folder().glob("*measured*.json")
    record.write_text("{}")
    assert serving.measured_before(model) is None


def test_provenance_names_who_answered() -> None:
    model = served(tiny_cnn)
    engine = Engine(Settings(device="cpu"), loader=lambda card, device: model, find_card=lambda key: model.card)
    try:
        assert engine.run(classify, "tiny-cnn", PHOTO).provenance.versions["onnxruntime"] == model.fast.version
        model.fast = None
        other = engine.run(classify, "tiny-cnn", noise_photo(seed=3))
        assert "onnxruntime" not in other.provenance.versions
        assert np.isfinite(other.probabilities).all()  # type: ignore[attr-defined]
    finally:
        engine.close()


def test_which_models_may_be_served() -> None:
    model = tiny_cnn()
    assert may_be_served(model)
    model.device = "cuda"
    assert not may_be_served(model)
    assert {"cnn-mini", "vit-mini", "yolo-mini", "detr-mini", "efficientnet-lite0"} <= set(ours())
    assert OnnxAnswers(tiny_cnn()).ready() is False
