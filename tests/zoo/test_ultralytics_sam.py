"""MobileSAM's loader takes the builder that its card names and the weights through our own reader, never ultralytics'.

The network here is a stand-in, since the published one is a download; tests/zoo/test_promptable_models.py has the rest.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from vizcore.zoo import guards, ultralytics_sam, weights
from vizcore.zoo.catalogue import card
from vizcore.zoo.sam_models import SamSegmenter


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.mask_decoder = nn.Module()
        self.mask_decoder.output_upscaling = nn.Conv2d(1, 1, 1, bias=False)


def test_the_builder_of_the_card_with_weights_of_our_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mobile = card("mobile-sam")
    asked: list[object] = []

    def build(checkpoint: object) -> Network:
        asked.append(checkpoint)
        return Network()

    def read(path: Path, key: str) -> dict[str, torch.Tensor]:
        asked.extend((path, key))
        return {"mask_decoder.output_upscaling.weight": torch.full((1, 1, 1, 1), 7.0)}

    monkeypatch.setattr(guards, "import_ultralytics", lambda: None)
    monkeypatch.setattr(weights, "load_state", read)
    module = SimpleNamespace(build_mobile_sam=build)
    monkeypatch.setattr(ultralytics_sam.importlib, "import_module", lambda name: module)  # type: ignore[attr-defined]
    made = ultralytics_sam.load_promptable(mobile, tmp_path, "cpu")
    assert isinstance(made, SamSegmenter)
    assert asked == [None, tmp_path / "mobile_sam.pt", "mobile-sam"]
    assert made.weights_sha256 == mobile.files[0].sha256
    assert made.module.mask_decoder.output_upscaling.weight.item() == 7.0
    assert not any(each.requires_grad for each in made.module.parameters())
