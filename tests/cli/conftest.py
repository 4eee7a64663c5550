"""Two small models in files of their own, so that the verbs run for real: catalogue, weights, engine, operation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import vizcore.engine
from vizcore.engine import Engine
from vizcore.settings import current
from vizcore.zoo import catalogue
from vizcore.zoo.bundled import mini_classifiers
from vizcore.zoo.catalogue.bundled_cards import read_bundled_cards
from vizcore.zoo.weights import folders

LABELS = [f"thing {index}" for index in range(104)]


def _save(folder: Path, key: str, module: torch.nn.Module) -> None:
    file = folder / f"{key}.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in module.state_dict().items()}, file)
    content = file.read_bytes()
    report = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_bytes": len(content),
        "parameters_m": sum(each.numel() for each in module.parameters()) / 1e6,
        "labels": LABELS,
        "measured": [],
        "training_data": "random numbers",
    }
    (folder / f"{key}.json").write_text(json.dumps(report))


@pytest.fixture(scope="session")
def random_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    for key in ("cnn-mini", "vit-mini"):
        torch.manual_seed(7)
        module = getattr(mini_classifiers, key.replace("-", "_"))()
        if key == "vit-mini":
            torch.nn.init.normal_(module.heads.head.weight, std=0.5)  # torchvision starts the head at zero
        _save(folder, key, module)
    return folder


@pytest.fixture(scope="session")
def engine_of_its_own() -> Iterator[Engine]:
    """The process's shared engine must never hold these models: they bear the names of the real ones."""
    engine = Engine(current())
    yield engine
    engine.close()


@pytest.fixture
def small_models(random_weights: Path, engine_of_its_own: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogue holds these two, the official ones without weights, and nothing else."""
    cards = {card.key: card for card in read_bundled_cards(random_weights)}
    official = {key: card for key, card in catalogue.CARDS.items() if not card.bundled}
    monkeypatch.setattr(folders, "BUNDLED_WEIGHTS", random_weights)
    monkeypatch.setattr(catalogue, "CARDS", {**cards, **official})
    monkeypatch.setattr(vizcore.engine, "shared_engine", lambda: engine_of_its_own)
    return random_weights
