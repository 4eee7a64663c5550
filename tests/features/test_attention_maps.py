"""Attention rows of each layer, head and patch: their sums, their place in the photo, and what a browser gets."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_cnn, tiny_swin, tiny_vit
from vizcore.errors import InvalidOutput, ModelCannot
from vizcore.features import AttentionMaps, attention_maps
from vizcore.features.patches import PatchGrid
from vizcore.results import Provenance


def small_maps() -> AttentionMaps:
    """One layer, two heads, [CLS] and the four patches of a 2 x 2 grid over a photo of 4 x 4 pixels."""
    first = np.array([[0.2, 0.5, 0.1, 0.1, 0.1]] * 4 + [[0.0, 0.0, 1.0, 0.0, 0.0]])
    second = np.array([[0.6, 0.1, 0.1, 0.1, 0.1]] * 5)
    weights = np.stack([first, second])[None].astype(np.float16)
    return AttentionMaps(Provenance(), weights, 1, PatchGrid((2, 2), (0.0, 0.0, 4.0, 4.0)))


def test_rows_by_hand() -> None:
    maps = small_maps()
    assert np.allclose(maps.row(0, 0), [[0.5, 0.1], [0.1, 0.1]], atol=1e-3)
    assert np.allclose(maps.row(0, 0, patch=3), [[0, 1], [0, 0]], atol=1e-3)
    assert np.allclose(maps.row(0), [[0.3, 0.1], [0.1, 0.1]], atol=1e-3)  # mean of both heads
    assert maps.heatmap(0, 0).grid.max() == 1
    assert maps.heatmap(0, 0).target == "[CLS]"
    assert maps.heatmap(0, None, 3).layer == "layer 1, all heads"


def test_a_browser_gets_cls_and_every_patch() -> None:
    rows = small_maps().rows_for_display(0, 0)
    assert rows.shape == (5, 4)
    assert rows[0].tolist() == [255, 51, 51, 51]
    assert rows[4].tolist() == [0, 255, 0, 0]


def test_a_patch_beyond_cls_by_hand() -> None:
    maps = small_maps()
    beyond = maps.rows_beyond_cls(0)
    own, cls = maps.row(0, None, 3).ravel(), maps.row(0).ravel()
    assert beyond[0].tolist() == maps.rows_for_display(0)[0].tolist()
    assert ((beyond[4] > 0) == (own > cls)).all()
    assert beyond[4].max() == 255
    assert maps.unlike_cls(0, 3) == pytest.approx(np.abs(own / own.sum() - cls / cls.sum()).sum() / 2)
    assert 0 < maps.unlike_cls(0, 3) <= 1


@pytest.mark.parametrize("patch", [-1, 4])
def test_a_patch_that_is_not_there(patch: int) -> None:
    with pytest.raises(ValueError, match=r"expected a patch in 0\.\.3"):
        small_maps().row(0, 0, patch)


def test_all_layers_of_a_model_sum_to_one() -> None:
    model, photo = tiny_vit(), noise_photo(100, 200)
    maps = attention_maps(model, photo)
    assert (maps.layers, maps.heads, maps.weights.shape) == (8, 3, (8, 3, 65, 65))
    assert maps.grid == PatchGrid((8, 8), (50.0, 0.0, 150.0, 100.0))
    assert np.abs(maps.weights.astype(np.float64).sum(-1) - 1).max() < 3e-3
    for layer in range(8):
        for head in (None, 0, 2):
            assert np.allclose(maps.links(layer, head).sum(-1), 1)


def test_equals_the_models_own_attention() -> None:
    model, photo = tiny_vit(), noise_photo()
    layers = model.attentions(model.pixels([model.prepare(photo)]))
    own = layers[5][0, 1, 0, 1:].detach().numpy().reshape(8, 8)
    assert np.allclose(attention_maps(model, photo).row(5, 1), own, atol=1e-3)


def test_only_models_with_global_attention() -> None:
    for make in (tiny_cnn, tiny_swin):
        with pytest.raises(ModelCannot):
            attention_maps(make(), noise_photo())


def test_nan_is_an_error() -> None:
    model = tiny_vit()
    model.module.class_token.data.fill_(float("nan"))
    with pytest.raises(InvalidOutput):
        attention_maps(model, noise_photo())


def test_patches_cover_what_the_model_sees_in_reading_order() -> None:
    grid = PatchGrid((2, 4), (10.0, 20.0, 50.0, 40.0))
    assert grid.box_of(0)[:2] == (10.0, 20.0)
    assert grid.box_of(7)[2:] == (50.0, 40.0)
    assert grid.box_of(5) == (20.0, 30.0, 30.0, 40.0)
    with pytest.raises(ValueError, match="expected a patch"):
        grid.box_of(8)
