"""Principal components by hand and against scikit-learn; colours of patches, alone and of two photos together."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from tests.tiny_models import noise_photo, tiny_cnn, tiny_swin, tiny_vit
from vizcore.errors import InvalidOutput
from vizcore.features import TokenColourSettings, token_colours
from vizcore.features.components import principal_components
from vizcore.features.token_colours import MIDDLE, to_bytes
from vizcore.photo import Photo


def test_components_by_hand() -> None:
    rows = np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])
    projections, shares = principal_components(rows, 3)
    assert np.allclose(projections, [[-5, 0, 0], [0, 0, 0], [5, 0, 0]])
    assert shares.tolist() == pytest.approx([1, 0, 0])


def test_equals_scikit_learn_up_to_its_sign() -> None:
    rows = np.random.default_rng(0).normal(size=(50, 12)) * np.arange(12)
    projections, shares = principal_components(rows, 3)
    peer = PCA(3, svd_solver="full").fit(rows)
    theirs = peer.transform(rows)
    assert np.allclose(np.abs(projections), np.abs(theirs))
    assert np.allclose(shares, peer.explained_variance_ratio_)


def test_the_sign_does_not_depend_on_the_order_of_rows() -> None:
    rows = np.random.default_rng(1).normal(size=(30, 5))
    forward, _ = principal_components(rows, 3)
    backward, _ = principal_components(rows[::-1], 3)
    assert np.allclose(forward, backward[::-1])


@pytest.mark.parametrize("count", [1, 2, 500])
def test_equal_rows_have_no_component(count: int) -> None:
    projections, shares = principal_components(np.full((count, 7), 0.1, dtype=np.float32), 3)
    assert not projections.any()
    assert not shares.any()


def test_bytes_by_hand() -> None:
    columns = np.array([[-1.0, 5.0], [0.0, 5.0], [1.0, 5.0]])
    assert to_bytes(columns).tolist() == [[0, MIDDLE], [128, MIDDLE], [255, MIDDLE]]


@pytest.mark.parametrize(("make", "shape"), [(tiny_cnn, (8, 8)), (tiny_vit, (8, 8)), (tiny_swin, (16, 16))])
def test_colours_of_every_family(make, shape: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    found = token_colours(make(), noise_photo(), TokenColourSettings())
    assert found.colours.shape == (1, *shape, 3)
    assert 0 < found.shares.sum() <= 1
    assert found.grids[0].shape_hw == shape


def test_two_photos_share_their_colours() -> None:
    model, photo = tiny_vit(), noise_photo()
    found = token_colours(model, (photo, Photo(photo.rgb, "again")))
    assert np.array_equal(found.colours[0], found.colours[1])
    other = token_colours(model, (photo, noise_photo(seed=5)))
    assert len(other.grids) == 2
    assert len(other.provenance.photos_sha256) == 2


def test_a_grey_photo_is_one_colour_to_a_cnn_without_borders() -> None:
    model = tiny_cnn()
    for module in model.module.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.weight.data.zero_()
    found = token_colours(model, noise_photo())
    assert (found.colours == MIDDLE).all()


def test_nan_is_an_error() -> None:
    model = tiny_cnn()
    model.module.conv1.weight.data.fill_(float("nan"))
    with pytest.raises(InvalidOutput):
        token_colours(model, noise_photo())
