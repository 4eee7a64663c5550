"""Many photos at once: the same vectors as one by one, equal photos once, and errors."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import InvalidOutput, ModelCannot, PhotosMissing
from vizcore.features import EmbedSettings, embed
from vizcore.photo import Photo
from vizcore.similarity import evaluate_retrieval, project, similarity_matrix
from vizcore.similarity.many import Embeddings, ManySettings, embed_gallery, embed_photos
from vizcore.zoo.feature_models import TorchFeatureModel

PHOTOS = tuple(noise_photo(60 + 10 * i, 80, seed=i) for i in range(5))


def count_rows(model: TorchFeatureModel) -> list[int]:
    seen: list[int] = []
    model.module.register_forward_pre_hook(lambda module, args: seen.append(len(args[0])))
    return seen


@pytest.mark.parametrize("layer", ["embedding", "logits"])
def test_same_vectors_as_one_by_one(layer: str) -> None:
    model = tiny_vit()
    found = embed_photos(model, PHOTOS, ManySettings(layer, batch=2))  # type: ignore[arg-type]
    for index, photo in enumerate(PHOTOS):
        alone = embed(model, photo, EmbedSettings(layer))  # type: ignore[arg-type]
        assert np.allclose(found.vectors[index], alone.vector, atol=1e-4)
        assert found.one(index).layer == layer
    assert found.provenance.photos_sha256 == tuple(photo.sha256 for photo in PHOTOS)


def test_progress_of_a_gallery() -> None:
    snapshots = list(embed_gallery(tiny_cnn(), PHOTOS, ManySettings(batch=2)))
    assert [(each.step, each.total) for each in snapshots] == [(2, 5), (4, 5), (5, 5)]
    assert [each.result is None for each in snapshots] == [True, True, False]


def test_500_identical_photos_cost_one_pass_and_work_everywhere() -> None:
    model = tiny_cnn()
    seen = count_rows(model)
    photo = PHOTOS[0]
    found = embed_photos(model, tuple(Photo(photo.rgb, str(i), (), photo.sha256) for i in range(500)))
    assert seen == [1]
    assert found.vectors.shape == (500, 256)
    assert np.abs(similarity_matrix(found.vectors) - 1).max() < 1e-12
    assert not project(found.vectors).points.any()
    assert evaluate_retrieval(found.vectors, ["a"] * 500).mean_average_precision == 1


def test_errors() -> None:
    headless = tiny_vit()
    headless.labels = ()
    with pytest.raises(PhotosMissing):
        embed_photos(tiny_cnn(), ())
    with pytest.raises(ModelCannot):
        embed_photos(headless, PHOTOS, ManySettings("logits"))
    broken = tiny_cnn()
    broken.module.conv1.weight.data.fill_(float("nan"))
    with pytest.raises(InvalidOutput):
        embed_photos(broken, PHOTOS)


def test_result_is_an_embeddings() -> None:
    assert isinstance(list(embed_gallery(tiny_cnn(), PHOTOS[:1]))[-1].result, Embeddings)
