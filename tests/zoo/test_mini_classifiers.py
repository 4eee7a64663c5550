"""Are the bundled classifiers what they say: torchvision's ResNet and VisionTransformer, in our widths?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from tests.patience import PATIENCE_S
from tests.torchvision_twins import TorchvisionMini, torchvision_vit
from vizcore.zoo.bundled.mini_classifiers import INPUT_SIZE, cnn_mini, vit_mini

ROOT = Path(__file__).parent.parent.parent


def randomised(module: nn.Module) -> nn.Module:
    """Every parameter and running statistic a random number, so that no part can hide behind a zero."""
    generator = torch.Generator().manual_seed(7)
    for tensor in module.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.rand(tensor.shape, generator=generator) * 0.1 + 0.01)
    return module.eval()


@pytest.mark.parametrize(("ours", "theirs"), [(cnn_mini, TorchvisionMini), (vit_mini, torchvision_vit)])
def test_same_names_shapes_and_answers_as_torchvision(ours: Any, theirs: Any) -> None:
    mine, other = ours(), randomised(theirs())
    assert {k: v.shape for k, v in mine.state_dict().items()} == {k: v.shape for k, v in other.state_dict().items()}
    mine.load_state_dict(other.state_dict())
    pixels = torch.rand(2, 3, INPUT_SIZE, INPUT_SIZE, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(mine.eval()(pixels), other(pixels))


@pytest.mark.parametrize("build", [cnn_mini, vit_mini])
def test_a_new_one_begins_at_sensible_numbers(build: Any) -> None:
    torch.manual_seed(0)
    out = build()(torch.randn(4, 3, INPUT_SIZE, INPUT_SIZE))
    assert out.shape == (4, 104)
    assert torch.isfinite(out).all()


def test_asking_them_on_the_command_line_loads_neither_torchvision_nor_dynamo() -> None:
    """`torchvision` imports `torch._dynamo`, which takes longer than torch and the answer together."""
    code = """
import json, sys
from vizcore.cli.program import program
program()(["classify", "sample:cat", "--json"], standalone_mode=False)
print(json.dumps([name for name in ("torchvision", "torch._dynamo", "pandas", "sklearn") if name in sys.modules]))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    answer, loaded = done.stdout.splitlines()
    assert json.loads(answer)["top"][0]["label"].startswith(("tabby", "tiger cat", "Egyptian cat"))
    assert json.loads(loaded) == []


@pytest.mark.parametrize(("language", "words"), [("en", "asked at {}."), ("fr", "interrogés à {}.")])
def test_the_lesson_says_the_size_that_they_are_asked_at(language: str, words: str) -> None:
    text = " ".join((ROOT / "vizcore" / "lessons" / language / "features.md").read_text("utf-8").split())
    cells = INPUT_SIZE // 16
    assert words.format(INPUT_SIZE) in text
    assert f"{cells} x {cells} " in text.replace("\N{NO-BREAK SPACE}", " ")
