"""Does a card with its file in place become a working model, and an absent library a clear error?"""

from __future__ import annotations

import builtins
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.zoo.weight_files import card_for, put, safetensors_bytes, settings_for
from vizcore.errors import LibraryMissing, WeightsMissing
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.load import load_model


def with_file(key: str, tmp_path: Path, content: bytes) -> tuple[ModelCard, Settings]:
    """The card of the catalogue, promising this content, which lies in the administrator's folder."""
    name = CARDS[key].files[0].name
    put(tmp_path / "admin" / key, name, content)
    card = replace(CARDS[key], files=card_for(content, name).files)
    return card, settings_for(tmp_path, weights=str(tmp_path / "admin"), offline=True)


def test_resnet_from_an_official_kind_of_file(tmp_path: Path) -> None:
    import torchvision

    source = torchvision.models.resnet18(weights=None)
    torch.save(source.state_dict(), tmp_path / "made.pth")
    card, settings = with_file("resnet18", tmp_path, (tmp_path / "made.pth").read_bytes())
    model: Any = load_model(card, "cpu", settings)
    pixels = torch.rand(1, 3, 224, 224)
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.inference_mode():
        expected = source.eval()((pixels - mean.view(3, 1, 1)) / deviation.view(3, 1, 1))
        assert torch.allclose(model.logits(pixels), expected, atol=1e-4)
    assert model.weights_sha256 == card.files[0].sha256
    assert len(model.labels) == 1000


def test_dinov2_from_names_as_published_and_without_a_published_hash(tmp_path: Path) -> None:
    import transformers

    card = CARDS["dinov2-small-registers"]
    config: Any = card.facts["config"]
    source: Any = transformers.Dinov2WithRegistersModel(transformers.Dinov2WithRegistersConfig(**config))
    source.save_pretrained(tmp_path / "made")
    content = (tmp_path / "made" / "model.safetensors").read_bytes()
    _, settings = with_file(card.key, tmp_path, content)
    model: Any = load_model(card, "cpu", settings)
    for name, tensor in source.state_dict().items():
        assert torch.equal(model.module.state_dict()[name], tensor)
    assert model.weights_sha256 == hashlib.sha256(content).hexdigest()


def test_missing_weights_come_before_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr("vizcore.zoo.load._loader", lambda card: pytest.fail("nothing to load"))
    with pytest.raises(WeightsMissing):
        load_model(CARDS["vgg16"], "cpu", settings_for(tmp_path, offline=True))


def test_an_absent_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card, settings = with_file("resnet18", tmp_path, safetensors_bytes())
    real = builtins.__import__

    def without_torchvision(name: str, *args: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "torchvision":
            raise ModuleNotFoundError("No module named 'torchvision'", name="torchvision")
        return real(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", without_torchvision)
    with pytest.raises(LibraryMissing) as caught:
        load_model(card, "cpu", settings)
    assert caught.value.values == {"library": "torchvision", "model": "resnet18"}


@pytest.mark.parametrize("loader", ["os:system", "vizcore.zoo.nowhere:load", "vizcore.zoo.load", ""])
def test_a_wrong_loader_is_our_own_mistake(tmp_path: Path, loader: str) -> None:
    card, settings = with_file("resnet18", tmp_path, safetensors_bytes())
    with pytest.raises((ValueError, ModuleNotFoundError)):
        load_model(replace(card, loader=loader), "cpu", settings)
