"""`make gpu-check` says "not run" without a GPU, and its checks can fail."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tests.tiny_models import tiny_cnn
from tools import gpu_check
from vizcore.detection.candidates import wait_for
from vizcore.engine import Engine


def test_without_a_gpu_nothing_is_run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu_check.main() == 0
    assert "not run" in capsys.readouterr().out


def test_parity_holds_with_itself_and_not_with_another() -> None:
    model = tiny_cnn()
    assert gpu_check.parity(model, tiny_cnn()).held
    assert not gpu_check.parity(model, tiny_cnn(seed=5)).held
    assert gpu_check.reduced(model, tiny_cnn()).held
    assert gpu_check.peak_memory(model).held


def test_times_and_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_cnn()

    def engine(settings: Any) -> Engine:
        return Engine(settings, loader=lambda card, device: model, find_card=lambda key: model.card)

    monkeypatch.setattr("vizcore.engine.Engine", engine)
    found = gpu_check.many_sessions("cpu")
    assert found.held, found.found
    assert gpu_check.falls_to_cpu("cpu").held
    assert len(gpu_check.checks("cpu")) == 3 * len(gpu_check.MODELS) + 3


@pytest.mark.parametrize(("stated", "held"), [(0.0, False), (1e6, True)])
def test_a_clock_that_does_not_wait_is_found(monkeypatch: pytest.MonkeyPatch, stated: float, held: bool) -> None:
    model = SimpleNamespace(device="cpu", prepare=lambda photo: photo, pixels=list, scored_boxes=lambda pixels: None)
    answer = SimpleNamespace(provenance=SimpleNamespace(timing_ms={"model": stated}))
    monkeypatch.setattr("vizcore.detection.candidates.propose", lambda model, photo: answer)
    assert gpu_check.waits_for_the_device(model, lambda device: time.sleep(0.001)).held is held


def test_the_device_that_is_waited_for_is_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(torch.cuda, "synchronize", asked.append)
    wait_for("cuda:1")
    assert asked == ["cuda:1"]


def test_what_breaks_one_check_is_said_and_no_end() -> None:
    def broken() -> gpu_check.Check:
        raise RuntimeError("no kernel image is available")

    assert gpu_check.made(broken) == gpu_check.Check("broke", False, "RuntimeError: no kernel image is available")


def test_sessions_are_compared_with_answers_that_were_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    models = [tiny_cnn(), tiny_cnn(seed=5)]

    def engine(settings: Any) -> Engine:
        model = models.pop(0)
        return Engine(settings, loader=lambda card, device: model, find_card=lambda key: model.card)

    monkeypatch.setattr("vizcore.engine.Engine", engine)
    assert not gpu_check.many_sessions("cpu").held
