"""Are tokens with norms far above the others counted, and does the clipped range of colours bear them?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_vit
from vizcore.features.outlier_tokens import outlier_tokens
from vizcore.features.token_colours import TokenColourSettings, to_bytes, token_colours


def test_two_of_nine_worked_by_hand() -> None:
    found = outlier_tokens(np.array([[1, 1, 1], [2, 2, 2], [5, 6.5, 20]]))  # median 2: beyond 6 is an outlier
    assert (found.count, found.total, found.largest) == (2, 9, 10.0)


@pytest.mark.parametrize("norms", [np.zeros((0,)), np.zeros((2, 3))])
def test_without_a_median_nothing_is_said(norms: np.ndarray) -> None:
    found = outlier_tokens(norms)
    assert (found.count, found.total) == (0, norms.size)
    assert math.isnan(found.largest)


def test_the_scale_of_the_norms_does_not_matter() -> None:
    norms = np.random.default_rng(0).lognormal(size=(8, 8))
    assert outlier_tokens(1000 * norms).count == outlier_tokens(norms).count > 0


def test_one_far_token_takes_all_colours_unless_the_range_is_clipped() -> None:
    components = np.linspace(0, 1, 200)[:, None].repeat(3, 1)
    components[0] = 100.0
    assert to_bytes(components)[1:].max() <= 3
    clipped = to_bytes(components, clip=True)
    assert clipped[0].tolist() == [255] * 3
    assert np.ptp(clipped[1:]) > 240
    assert (to_bytes(np.ones((5, 3)), clip=True) == 128).all()


def test_each_patch_has_its_norm_and_clipping_changes_nothing_but_colours() -> None:
    model, photo = tiny_vit(), noise_photo()
    plain, clipped = (token_colours(model, photo, TokenColourSettings(clip=each)) for each in (False, True))
    assert plain.norms.shape == plain.colours.shape[:3]
    assert (plain.norms > 0).all()
    assert np.array_equal(plain.norms, clipped.norms)
    assert np.array_equal(plain.shares, clipped.shares)
    assert (clipped.colours.max(axis=(0, 1, 2)) == 255).all()
