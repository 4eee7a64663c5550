"""Embeddings and classes: shapes before and after the head, agreement with the plain model, invariances."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tiny_models import noise_photo, tiny_cnn, tiny_swin, tiny_vit
from vizcore.features import EmbedSettings, MapSettings, classify, embed, feature_maps


@pytest.mark.parametrize(("make", "length"), [(tiny_cnn, 256), (tiny_vit, 192), (tiny_swin, 48)])
def test_vector_before_and_after_the_head(make, length: int) -> None:  # type: ignore[no-untyped-def]
    model, photo = make(), noise_photo()
    before, after = embed(model, photo), embed(model, photo, EmbedSettings("logits"))
    assert (before.dimension, after.dimension) == (length, 10)
    head = model.module.get_submodule(str(model.card.facts["head"]))
    again = head(torch.from_numpy(before.vector.copy())[None])[0].detach().numpy()
    assert np.allclose(again, after.vector, atol=1e-4)
    assert before.norm == pytest.approx(np.sqrt((before.vector.astype(np.float64) ** 2).sum()))


def test_classes_equal_the_plain_module() -> None:
    model, photo = tiny_cnn(), noise_photo()
    found = classify(model, photo)
    pixels = torch.from_numpy(model.prepare(photo).rgb.copy()).permute(2, 0, 1)[None].float() / 255
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (model.recipe.mean, model.recipe.deviation))
    with torch.no_grad():
        plain = model.module((pixels - mean) / deviation)[0]
    assert np.allclose(found.logits, plain.numpy(), atol=1e-4)
    assert found.probabilities.sum() == pytest.approx(1)
    assert [p for _, _, p in found.top(0)] == sorted(found.probabilities, reverse=True)


def test_one_pixel_photos_work() -> None:
    for make in (tiny_cnn, tiny_vit, tiny_swin):
        assert len(classify(make(), noise_photo(1, 1)).top(5)) == 5


def test_name_of_the_photo_changes_nothing() -> None:
    model, photo = tiny_vit(), noise_photo()
    renamed = type(photo)(photo.rgb, "other")
    assert np.array_equal(embed(model, photo).vector, embed(model, renamed).vector)


@pytest.mark.parametrize(
    ("make", "stage", "shape"),
    [(tiny_cnn, "layer1", (32, 32, 32)), (tiny_cnn, "", (256, 8, 8)), (tiny_vit, "block1", (192, 8, 8))],
)
def test_feature_maps_have_their_grid(make, stage: str, shape: tuple[int, ...]) -> None:  # type: ignore[no-untyped-def]
    assert feature_maps(make(), noise_photo(), MapSettings(stage)).maps.shape == shape


def test_unknown_stage_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="expected one of the stages"):
        feature_maps(tiny_cnn(), noise_photo(), MapSettings("layer9"))
