"""Does a bundled model run on the trunk of its file, or else on the package's?"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from vizcore.zoo.bundled import mini_detectors, mini_sam
from vizcore.zoo.bundled.lite_trunk import LiteTrunk, trunk_state
from vizcore.zoo.bundled_models import load_detector, load_promptable
from vizcore.zoo.cards import WeightFile
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.catalogue.bundled_cards import BUNDLED_WEIGHTS

KEYS = ("yolo-mini", "detr-mini", "sam-mini")


def module_of(key: str) -> Any:
    builder = CARDS[key].facts["builder"]
    return getattr(mini_sam if key == "sam-mini" else mini_detectors, str(builder))().eval()


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("key", KEYS)
def test_the_trunk_of_the_file_or_else_the_package_s(key: str, own: bool, tmp_path: Path) -> None:
    card = CARDS[key]
    prefix = str(card.facts["trunk"])
    torch.manual_seed(4)
    module = module_of(key)
    kept = {name: each for name, each in module.state_dict().items() if own or not name.startswith(prefix)}
    file = tmp_path / f"{key}.safetensors"
    save_file({name: each.contiguous().clone() for name, each in kept.items()}, file)
    content = file.read_bytes()
    if key != "sam-mini":
        (tmp_path / f"{key}.json").write_text((BUNDLED_WEIGHTS / f"{key}.json").read_text())
    made = WeightFile(file.name, "", hashlib.sha256(content).hexdigest(), len(content))
    load: Any = load_promptable if key == "sam-mini" else load_detector
    model = load(replace(card, files=(made,)), tmp_path, "cpu")
    strides = (4, 8, 16, 32) if key == "sam-mini" else (8, 16, 32)
    wanted = LiteTrunk(strides)
    state = module.state_dict()
    wanted.load_state_dict({name: state[f"{prefix}{name}"] for name in wanted.state_dict()} if own else trunk_state())
    pixels = torch.rand(1, 3, 160, 160)
    with torch.inference_mode():
        found = model.module.get_submodule(prefix.rstrip("."))(pixels)
        for mine, theirs in zip(found, wanted(pixels), strict=True):
            torch.testing.assert_close(mine, theirs, rtol=1e-3, atol=1e-3 * float(theirs.abs().max()))
