"""Every operation on models of transformers and torchvision that the bundled ones do not resemble, from cards alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torchvision
import transformers

from tests.tiny_models import card_for, noise_photo
from vizcore.errors import ModelCannot
from vizcore.features import (
    METHODS,
    ClassMapsSettings,
    FaithfulnessSettings,
    attention_maps,
    attention_rollout,
    class_maps,
    faithfulness,
    token_colours,
    view_preprocessing,
)
from vizcore.similarity.many import embed_photos
from vizcore.similarity.patch_match import patch_matches
from vizcore.zoo.feature_models import HuggingFaceFeatureModel, TorchFeatureModel

SMALL = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 96}
RECIPE = "imagenet-256-224-bicubic"


def registers() -> HuggingFaceFeatureModel:
    """DINOv2 with four registers, patches of 14, no head."""
    torch.manual_seed(0)
    kind = transformers.Dinov2WithRegistersModel
    config = kind.config_class(**SMALL, patch_size=14, image_size=518, num_register_tokens=4)  # type: ignore[call-arg]
    facts = {"stages": {"block1": "encoder.layer.0"}, "cam_stage": "block1", "layout": "tokens", "prefix_tokens": 5}
    card = card_for("registers", "vit", facts, RECIPE)
    return HuggingFaceFeatureModel(card, kind._from_config(config, attn_implementation="eager"), (), "seed", "cpu")


def vit() -> HuggingFaceFeatureModel:
    torch.manual_seed(0)
    kind = transformers.ViTForImageClassification
    config = kind.config_class(**SMALL, num_labels=5)  # type: ignore[call-arg]
    facts = {
        "stages": {"block1": "vit.layers.0", "block2": "vit.layers.1"},
        "cam_stage": "block1",
        "head": "classifier",
        "layout": "tokens",
        "prefix_tokens": 1,
    }
    module = kind._from_config(config, attn_implementation="eager")
    return HuggingFaceFeatureModel(card_for("hf-vit", "vit", facts, RECIPE), module, list("abcde"), "seed", "cpu")


def mobile() -> TorchFeatureModel:
    torch.manual_seed(0)
    module = torchvision.models.mobilenet_v3_small(weights=None, num_classes=5)  # type: ignore[attr-defined]
    facts = {"stages": {"features": "features"}, "cam_stage": "features", "head": "classifier.3", "layout": "nchw"}
    return TorchFeatureModel(card_for("mobile", "cnn", facts, RECIPE), module, list("abcde"), "seed", "cpu")


def test_registers_are_no_patches() -> None:
    model, photo = registers(), noise_photo(300, 400)
    maps = attention_maps(model, photo)
    assert (maps.prefix_tokens, maps.grid.shape_hw, maps.weights.shape) == (5, (16, 16), (2, 3, 261, 261))
    assert maps.rows_for_display(1).shape == (257, 256)
    assert maps.row(0, 1, 255).shape == (16, 16)
    assert attention_rollout(model, photo).grid.shape == (16, 16)
    assert token_colours(model, photo).colours.shape == (1, 16, 16, 3)
    assert patch_matches(model, (photo, photo)).cosines.shape == (256, 256)
    assert embed_photos(model, (photo,)).vectors.shape == (1, 48)


@pytest.mark.parametrize("operation", [class_maps, faithfulness])
def test_without_a_head_there_is_no_class(operation) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelCannot):
        operation(registers(), noise_photo())


@pytest.mark.parametrize(("make", "grid"), [(vit, (14, 14)), (mobile, (7, 7))])
def test_all_maps_and_their_tests(make, grid: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    settings = ClassMapsSettings(tuple(METHODS), target=2, score_channels=4, path_steps=2)
    found = class_maps(make(), noise_photo(), settings)
    assert [each.grid.shape for each in found.maps] == [grid] * (len(METHODS) - 2) + [(56, 56), (8, 8)]
    assert all(np.isfinite(each.grid).all() for each in found.maps)
    table = faithfulness(make(), noise_photo(), FaithfulnessSettings(replace(settings, methods=("grad-cam",)), steps=2))
    assert table.rows[0].probability == pytest.approx(found.probability, abs=1e-5)


def test_seeing_needs_no_network_run() -> None:
    model, calls = mobile(), []
    model.module.register_forward_pre_hook(lambda module, args: calls.append(1))
    view_preprocessing(model, noise_photo())
    assert not calls
