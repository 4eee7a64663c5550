"""Do the product's own operations run through the engine, leave their model unchanged and give the direct answer?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.engine.fakes import Maker
from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.features.attention import attention_rollout
from vizcore.features.class_maps import class_map
from vizcore.features.classes import classify
from vizcore.features.embedding import embed
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.feature_models import TorchFeatureModel

MODELS: dict[str, Callable[[], TorchFeatureModel]] = {"tiny-cnn": tiny_cnn, "tiny-vit": tiny_vit}


def load(card: ModelCard, device: str) -> TorchFeatureModel:
    return MODELS[card.key]()


def find_card(key: str) -> ModelCard:
    return MODELS[key]().card


@pytest.mark.parametrize(
    ("operation", "model", "numbers"),
    [
        (classify, "tiny-cnn", "logits"),
        (classify, "tiny-vit", "logits"),
        (embed, "tiny-cnn", "vector"),
        (embed, "tiny-vit", "vector"),
        (class_map, "tiny-cnn", "grid"),
        (class_map, "tiny-vit", "grid"),
        (attention_rollout, "tiny-vit", "grid"),
    ],
)
def test_same_answer_as_without_an_engine(
    make_engine: Maker, operation: Callable[..., Any], model: str, numbers: str
) -> None:
    engine = make_engine(load, find_card=find_card, threads=1)
    result: Any = engine.run(operation, model, noise_photo())
    direct = operation(MODELS[model](), noise_photo(), None)
    np.testing.assert_allclose(getattr(result, numbers), getattr(direct, numbers), rtol=1e-4, atol=1e-5)
    assert (result.provenance.device, result.provenance.dtype) == ("cpu", "float32")
    assert engine.run(operation, model, noise_photo()) is result
    assert json.dumps(result.to_json(), allow_nan=False)


def test_pages_of_operations_share_one_load(make_engine: Maker) -> None:
    loads: list[str] = []

    def counting(card: ModelCard, device: str) -> TorchFeatureModel:
        loads.append(card.key)
        return load(card, device)

    engine = make_engine(counting, find_card=find_card, threads=1)
    for operation in (classify, embed, class_map, classify):
        engine.run(operation, "tiny-vit", noise_photo())
    assert loads == ["tiny-vit"]
    assert engine.status().calls == 3
    assert engine.status().memory_bytes == tiny_vit().memory_bytes()
