"""Rollout by hand, its rows at every discard ratio, and what models it is for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import ModelCannot
from vizcore.features import RolloutSettings, attention_rollout
from vizcore.features.attention import rollout


def random_attention(layers: int, heads: int, tokens: int, seed: int = 0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(heads, tokens, tokens, generator=generator).softmax(-1) for _ in range(layers)]


def test_one_layer_by_hand() -> None:
    attention = torch.tensor([[[0.5, 0.5], [0.0, 1.0]], [[0.1, 0.9], [0.4, 0.6]]])
    mean = np.array([[0.3, 0.7], [0.2, 0.8]])
    assert np.allclose(rollout([attention]).numpy(), 0.5 * mean + 0.5 * np.eye(2))


def test_two_layers_multiply_from_the_last() -> None:
    first, second = random_attention(2, 1, 4)
    half = [0.5 * layer[0].double() + 0.5 * torch.eye(4) for layer in (first, second)]
    assert torch.allclose(rollout([first, second]), half[1] @ half[0])


@pytest.mark.parametrize("fusion", ["mean", "max", "min"])
@pytest.mark.parametrize("discard", [0.0, 0.3, 0.5, 0.9, 0.99])
def test_rows_sum_to_one(fusion: str, discard: float) -> None:
    total = rollout(random_attention(5, 3, 17), fusion, discard)  # type: ignore[arg-type]
    assert torch.allclose(total.sum(-1), torch.ones(17, dtype=torch.float64))
    assert (total >= 0).all()


def test_identity_attention_looks_only_at_itself() -> None:
    assert torch.allclose(rollout([torch.eye(5)[None]] * 3), torch.eye(5, dtype=torch.float64))


@pytest.mark.parametrize("discard", [-0.1, 1.0])
def test_impossible_discard_is_refused(discard: float) -> None:
    with pytest.raises(ValueError, match="discard"):
        rollout(random_attention(1, 1, 3), "mean", discard)


def test_no_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one layer"):
        rollout([])


def test_attention_of_torchvisions_vit_sums_to_one_and_leaves_no_hook() -> None:
    model = tiny_vit()
    pixels = model.pixels([model.prepare(noise_photo())])
    layers = model.attentions(pixels)
    assert [tuple(layer.shape) for layer in layers] == [(1, 3, 65, 65)] * 8
    assert all(torch.allclose(layer.sum(-1), torch.ones(1, 3, 65), atol=1e-5) for layer in layers)
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.module.modules())


def test_map_covers_the_seen_part() -> None:
    heatmap = attention_rollout(tiny_vit(), noise_photo(100, 200), RolloutSettings())
    assert heatmap.grid.shape == (8, 8)
    assert heatmap.grid.max() == pytest.approx(1)
    assert heatmap.region_xyxy == (50.0, 0.0, 150.0, 100.0)


def test_a_cnn_has_no_attention() -> None:
    with pytest.raises(ModelCannot) as error:
        attention_rollout(tiny_cnn(), noise_photo())
    assert error.value.values == {"model": "tiny-cnn", "ability": "attention"}
