"""Is the device chosen as wanted, and is torch left alone until then?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.patience import PATIENCE_S
from vizcore.engine.device import resolve_device

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("wanted", "cuda", "mps", "device"),
    [
        ("auto", 0, False, "cpu"),
        ("auto", 0, True, "mps"),
        ("auto", 2, True, "cuda:0"),
        ("cpu", 2, True, "cpu"),
        ("cuda", 1, False, "cuda:0"),
        ("cuda:1", 2, False, "cuda:1"),
        ("cuda:1", 1, False, "cpu"),
        ("cuda", 0, False, "cpu"),
        ("mps", 0, True, "mps"),
        ("mps", 0, False, "cpu"),
    ],
)
def test_choice(monkeypatch: pytest.MonkeyPatch, wanted: str, cuda: int, mps: bool, device: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert resolve_device(wanted) == device


def test_a_fresh_process_stays_light() -> None:
    code = """
import os, sys
os.environ.pop("OMP_WAIT_POLICY", None)
from vizcore.engine import shared_engine
from vizcore.engine.device import limit_threads
engine = shared_engine()
assert engine is shared_engine()
assert engine.status().device == ""
assert not limit_threads(1)
assert os.environ["OMP_WAIT_POLICY"] == "passive"
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=PATIENCE_S)
