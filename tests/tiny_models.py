"""Models with random weights for tests: our own two architectures and official ones, seeded, without any file."""

from __future__ import annotations

import numpy as np
import torch
import torchvision

from tests.torchvision_twins import TorchvisionMini, torchvision_vit
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import RECIPES, Recipe
from vizcore.zoo.bundled.mini_classifiers import cnn_mini, vit_mini
from vizcore.zoo.cards import Licences, ModelCard
from vizcore.zoo.feature_models import TorchFeatureModel

LABELS = [f"class {i}" for i in range(10)]
SIDE = 128  # of their pictures, whatever the bundled models see: what tests found with these numbers stays found
TINY = Recipe("tiny-128", SIDE, SIDE, "bilinear")
RECIPES.setdefault(TINY.name, TINY)
FREE = Licences("AGPL-3.0", "AGPL-3.0", "random numbers", permissive=True)
CNN_FACTS = {"stages": {f"layer{i}": f"layer{i}" for i in range(1, 5)}, "cam_stage": "layer4", "head": "fc"}
VIT_FACTS = {
    "stages": {f"block{i + 1}": f"encoder.layers.encoder_layer_{i}" for i in range(8)}
    | {"norm8": "encoder.layers.encoder_layer_7.ln_1"},
    "cam_stage": "norm8",
    "head": "heads.head",
    "layout": "tokens",
    "prefix_tokens": 1,
}


def card_for(key: str, family: str, facts: dict[str, object], recipe: str = TINY.name) -> ModelCard:
    return ModelCard(key, key, family, "classify", "bundled", "", (), recipe, "", 1.0, FREE, "", facts=facts)  # type: ignore[arg-type]


def tiny_cnn(seed: int = 0) -> TorchFeatureModel:
    module = cnn_mini(class_count=10)
    torch.manual_seed(seed)
    module.load_state_dict(TorchvisionMini(10).state_dict())
    return TorchFeatureModel(card_for("tiny-cnn", "cnn", CNN_FACTS), module, LABELS, "seed", "cpu")


def tiny_vit(seed: int = 0) -> TorchFeatureModel:
    module = vit_mini(class_count=10, image_size=SIDE)
    torch.manual_seed(seed)
    module.load_state_dict(torchvision_vit(10, SIDE).state_dict())
    torch.nn.init.normal_(module.heads.head.weight, std=0.5)  # torchvision starts the head at zero
    return TorchFeatureModel(card_for("tiny-vit", "vit", VIT_FACTS), module, LABELS, "seed", "cpu")


def tiny_swin(seed: int = 0) -> TorchFeatureModel:
    torch.manual_seed(seed)
    module = torchvision.models.SwinTransformer([4, 4], 24, [1, 1], [2, 4], [4, 4], num_classes=10)
    facts = {"stages": {"stage2": "features.3"}, "cam_stage": "stage2", "head": "head", "layout": "nhwc"}
    return TorchFeatureModel(card_for("tiny-swin", "swin", facts), module, LABELS, "seed", "cpu")


def noise_photo(height: int = 150, width: int = 200, seed: int = 0) -> Photo:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, size=(6, 8, 3), dtype=np.uint8)
    rgb = np.kron(coarse, np.ones((-(-height // 6), -(-width // 8), 1), dtype=np.uint8))[:height, :width]
    return Photo(rgb, "noise")
