"""What is cropped, shrunk, stretched: by hand, and as the recipes really do it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_cnn
from vizcore.features import PreprocessingView, view_preprocessing
from vizcore.preprocessing.recipes import RECIPES
from vizcore.zoo.feature_models import TorchFeatureModel


def with_recipe(name: str) -> TorchFeatureModel:
    model = tiny_cnn()
    model.card, model.recipe = replace(model.card, recipe=name), RECIPES[name]
    return model


def values(seen: PreprocessingView) -> dict[str, dict[str, str | int | float]]:
    return {note.code: note.values for note in seen.effects}


def test_half_of_a_wide_photo_is_cropped_away() -> None:
    seen = view_preprocessing(tiny_cnn(), noise_photo(100, 200))
    assert seen.cropped_share == pytest.approx(0.5)
    assert seen.region_xyxy == (50.0, 0.0, 150.0, 100.0)
    assert seen.scale_xy == (1.28, 1.28)
    assert values(seen)["cropped_away"] == {"share": pytest.approx(0.5)}
    assert values(seen)["enlarged"] == {"factor": pytest.approx(1.28)}
    assert [step.name for step in seen.steps] == ["photo", "resize_shorter_side", "centre_crop", "normalise"]
    assert [step.rgb.shape for step in seen.steps] == [(100, 200, 3), (128, 256, 3), (128, 128, 3), (128, 128, 3)]


def test_a_stretching_recipe_distorts_and_keeps_everything() -> None:
    seen = view_preprocessing(with_recipe("half-224-bilinear"), noise_photo(448, 896))
    assert seen.cropped_share == 0
    assert seen.aspect_distortion == pytest.approx(0.5)
    assert set(values(seen)) == {"shrunk", "stretched", "normalised"}
    assert values(seen)["stretched"] == {"ratio": pytest.approx(0.5)}


def test_a_photo_of_the_right_size_is_only_normalised() -> None:
    seen = view_preprocessing(tiny_cnn(), noise_photo(128, 128))
    assert set(values(seen)) == {"normalised"}
    assert seen.aspect_distortion == 1


def test_normalised_numbers_by_hand() -> None:
    photo = noise_photo(128, 128)
    seen = view_preprocessing(tiny_cnn(), photo)
    recipe = tiny_cnn().recipe
    numbers = (photo.rgb / 255.0 - np.array(recipe.mean)) / np.array(recipe.deviation)
    assert np.allclose(seen.channel_mean, numbers.mean((0, 1)))
    assert values(seen)["normalised"] == {"low": pytest.approx(numbers.min()), "high": pytest.approx(numbers.max())}
    last = seen.steps[-1].rgb
    assert (last.min(), last.max()) == (0, 255)


@pytest.mark.parametrize("size", [(1, 1), (40, 20_000)])
def test_odd_sizes(size: tuple[int, int]) -> None:
    seen = view_preprocessing(tiny_cnn(), noise_photo(*size))
    assert 0 <= seen.cropped_share < 1
    assert all(not step.rgb.flags.writeable for step in seen.steps)


def test_a_long_strip_is_nearly_all_cropped_away() -> None:
    assert view_preprocessing(tiny_cnn(), noise_photo(40, 20_000)).cropped_share == pytest.approx(
        1 - 40 / 20_000, abs=1e-4
    )
