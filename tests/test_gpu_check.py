"""`make gpu-check` says "not run" without a GPU, and its checks can fail."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.tiny_models import tiny_cnn
from tools import gpu_check
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
    assert gpu_check.waits_for_the_device(tiny_cnn()).held
    model = tiny_cnn()

    def engine(settings: Any) -> Engine:
        return Engine(settings, loader=lambda card, device: model, find_card=lambda key: model.card)

    monkeypatch.setattr("vizcore.engine.Engine", engine)
    found = gpu_check.many_sessions("cpu")
    assert found.held, found.found
    assert gpu_check.falls_to_cpu("cpu").held
    assert len(gpu_check.checks("cpu")) == 3 * len(gpu_check.MODELS) + 3
