"""Patches of two photos: by hand, with themselves, on CNN, ViT and Swin."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.tiny_models import noise_photo, tiny_cnn, tiny_swin, tiny_vit
from vizcore.errors import InvalidOutput, PhotosMissing
from vizcore.features import MapSettings, feature_maps
from vizcore.features.patches import PatchGrid
from vizcore.photo import Photo
from vizcore.results import Provenance
from vizcore.similarity.patch_match import PatchMatches, PatchMatchSettings, patch_matches


def by_hand() -> PatchMatches:
    cosines = np.array([[0.9, 0.1], [0.8, 0.2], [-1.0, 1.0]], dtype=np.float32)
    region = (0.0, 0.0, 9.0, 9.0)
    return PatchMatches(Provenance(), cosines, PatchGrid((3, 1), region), PatchGrid((1, 2), region), "stage")


def test_rows_best_and_mutual_by_hand() -> None:
    matches = by_hand()
    assert matches.row(1).tolist() == [[pytest.approx(0.8), pytest.approx(0.2)]]
    assert matches.best(1) == (0, pytest.approx(0.8))
    assert [(a, b) for a, b, _ in matches.mutual()] == [(2, 1), (0, 0)]
    assert (matches.second_best(0), matches.back(0), matches.back(1)) == (pytest.approx(0.1), 0, 2)
    assert matches.rows_for_display().tolist() == [[242, 140], [230, 153], [0, 255]]
    with pytest.raises(ValueError, match="expected a patch"):
        matches.row(3)


@pytest.mark.parametrize("make", [tiny_cnn, tiny_vit, tiny_swin])
def test_a_photo_matches_itself(make) -> None:  # type: ignore[no-untyped-def]
    photo = noise_photo()
    matches = patch_matches(make(), (photo, Photo(photo.rgb, "again")))
    assert np.allclose(matches.cosines.diagonal(), 1, atol=1e-5)
    assert matches.grid_a == matches.grid_b


def test_equals_cosines_of_the_feature_maps() -> None:
    model, photos, stage = tiny_vit(), (noise_photo(), noise_photo(90, 300, seed=3)), "block4"
    matches = patch_matches(model, photos, PatchMatchSettings(stage))
    rows = [torch.tensor(feature_maps(model, photo, MapSettings(stage)).maps).flatten(1).T for photo in photos]
    expected = torch.nn.functional.cosine_similarity(rows[0][:, None], rows[1][None], dim=-1)
    assert np.allclose(matches.cosines, expected.numpy(), atol=1e-4)
    assert matches.grid_b.region_xyxy == pytest.approx((105.0, 0.0, 195.0, 90.0), abs=0.1)


@pytest.mark.parametrize("given", [(), (noise_photo(),), noise_photo(), (noise_photo(),) * 3])
def test_two_photos_are_needed(given) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(PhotosMissing) as error:
        patch_matches(tiny_cnn(), given)
    assert error.value.values["needed"] == 2


def test_nan_is_an_error() -> None:
    model = tiny_cnn()
    model.module.conv1.weight.data.fill_(float("nan"))
    with pytest.raises(InvalidOutput):
        patch_matches(model, (noise_photo(), noise_photo(seed=1)))
