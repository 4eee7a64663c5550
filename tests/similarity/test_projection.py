"""Maps of pictures: seeded, for any number of pictures, also when all are the same."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.similarity import available_methods, project


def two_groups(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = np.repeat([[5.0] * 16, [-5.0] * 16], count // 2, axis=0)
    return centres + rng.normal(size=centres.shape)


@pytest.mark.parametrize("method", available_methods())
@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 30])
def test_any_number_of_pictures(method: str, count: int) -> None:
    vectors = np.random.default_rng(1).normal(size=(count, 12))
    found = project(vectors, method)
    assert found.points.shape == (count, 2)
    assert np.isfinite(found.points).all()
    assert found.method == (method if count >= 6 else found.method)


@pytest.mark.parametrize("method", available_methods())
def test_500_identical_pictures_lie_on_one_point(method: str) -> None:
    found = project(np.full((500, 20), 0.3, dtype=np.float32), method)
    assert found.method == "pca"
    assert not found.points.any()
    assert found.shares == (0, 0)


@pytest.mark.parametrize("method", available_methods())
def test_the_seed_decides_and_groups_stay_apart(method: str) -> None:
    vectors = two_groups(40)
    first, second = project(vectors, method, seed=3), project(vectors, method, seed=3)
    assert np.array_equal(first.points, second.points)
    centres = first.points[:20].mean(0), first.points[20:].mean(0)
    spread = max(first.points[:20].std(), first.points[20:].std())
    assert np.linalg.norm(centres[0] - centres[1]) > spread


def test_pca_by_hand() -> None:
    """Directions (1, 0), (0, 1): length does not matter, and all difference lies on one axis."""
    found = project(np.array([[10.0, 0.0], [0.0, 0.1]]))
    assert np.allclose(np.abs(found.points), [[0.5**0.5, 0], [0.5**0.5, 0]])
    assert found.shares == pytest.approx((1, 0))


def test_nothing_to_show() -> None:
    assert project(np.empty((0, 8))).points.shape == (0, 2)


def test_a_method_that_is_not_here() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        project(np.eye(3), "guesswork")


@pytest.mark.parametrize("method", ["pca", "t-sne"])
def test_a_map_may_have_three_axes(method: str) -> None:
    vectors = np.random.default_rng(4).normal(size=(12, 8))
    found = project(vectors, method, seed=1, axes=3)
    assert found.points.shape == (12, 3)
    flat = project(vectors, method, seed=1)
    if method == "pca":
        assert np.allclose(found.points[:, :2], flat.points), "the third axis changes nothing of the first two"
        assert len(found.shares or ()) == 3
    assert project(np.empty((0, 8)), axes=3).points.shape == (0, 3)
