"""Are removed pixels painted over as ROAD's own authors do it, and does a right map beat chance?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from pytorch_grad_cam.metrics.road import NoisyLinearImputer

from tests.features.test_faithfulness import corner_model
from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import PhotosMissing
from vizcore.features import ClassMapsSettings, FaithfulnessStudy, StudySettings, faithfulness_study
from vizcore.features.evidence import gather_evidence
from vizcore.features.road import imputed, road_score
from vizcore.photo import Photo

WHITE = Photo(np.full((128, 128, 3), 255, dtype=np.uint8), "white")
BLOB = np.zeros((5, 6), bool)
BLOB[1:4, 2:5] = True
EDGE = np.zeros((5, 6), bool)
EDGE[:, 4:] = True
SCATTERED = np.random.default_rng(3).random((5, 6)) < 0.6


@pytest.mark.parametrize("gone", [BLOB, EDGE, SCATTERED], ids=["blob", "edge", "scattered"])
def test_imputation_equals_the_authors(gone: np.ndarray) -> None:
    pixels = np.random.default_rng(0).random((3, 5, 6))
    ours = imputed(pixels, gone, np.random.default_rng(0), noise=0.0)
    theirs = NoisyLinearImputer(noise=0.0)(torch.tensor(pixels).float(), torch.tensor((~gone).astype(np.float32)))
    assert np.abs(ours - theirs.numpy()).max() < 1e-5


def test_a_map_that_names_no_place_scores_nothing() -> None:
    evidence = gather_evidence(tiny_cnn(), noise_photo(), "layer4", 0)
    assert road_score(evidence, np.zeros((128, 128)), np.random.default_rng(0)) == 0


def test_one_removed_pixel_is_the_weighted_mean_of_its_neighbours() -> None:
    pixels = np.zeros((1, 3, 3))
    pixels[0] = [[1, 2, 1], [2, 9, 2], [1, 2, 1]]
    gone = np.zeros((3, 3), bool)
    gone[1, 1] = True
    assert imputed(pixels, gone, np.random.default_rng(0), noise=0.0)[0, 1, 1] == pytest.approx(4 * 2 / 6 + 4 / 12)


def test_nothing_removed_is_the_same_picture_and_all_of_one_colour_stays() -> None:
    pixels = np.full((3, 4, 4), 0.5)
    rng = np.random.default_rng(0)
    assert np.array_equal(imputed(pixels, np.zeros((4, 4), bool), rng), pixels)
    assert np.allclose(imputed(pixels, np.eye(4, dtype=bool), rng, noise=0.0), pixels)


def test_the_place_that_the_model_looks_at_scores_above_the_place_it_does_not() -> None:
    pixels = np.full((128, 128, 3), 20, dtype=np.uint8)
    pixels[:64, :64] = 255
    evidence = gather_evidence(corner_model(), Photo(pixels, "corner"), "layer4", 1)
    size = evidence.pixels.shape[-1]
    corner = np.zeros((size, size))
    corner[: size // 2, : size // 2] = 1
    right = road_score(evidence, corner, np.random.default_rng(0))
    wrong = road_score(evidence, 1 - corner, np.random.default_rng(0))
    assert right > 0.05 > -0.05 > wrong


def studied(model: Any, photos: Any, methods: tuple[str, ...] = ("grad-cam",)) -> FaithfulnessStudy:
    *_before, last = faithfulness_study(model, photos, StudySettings(ClassMapsSettings(methods)))
    assert isinstance(last.result, FaithfulnessStudy)
    return last.result


def test_one_column_a_photo_and_the_random_map_last() -> None:
    found = studied(corner_model(), [WHITE, noise_photo()], ("grad-cam", "hirescam"))
    assert found.methods == ("grad-cam", "hirescam", "random")
    assert found.road.shape == found.drops.shape == (3, 2)
    assert ((found.drops >= 0) & (found.drops <= 1)).all()
    assert (np.abs(found.road) <= 0.5).all()


def test_occlusion_alone_needs_no_layer() -> None:
    found = studied(corner_model(), WHITE, ("occlusion",))
    assert found.methods == ("occlusion", "random")
    assert np.isfinite(found.road).all()


def test_the_same_seed_gives_the_same_numbers() -> None:
    model = tiny_vit()
    assert studied(model, noise_photo()).to_json() == studied(model, noise_photo()).to_json()


def test_without_photos_nothing_can_be_measured() -> None:
    with pytest.raises(PhotosMissing):
        list(faithfulness_study(corner_model(), []))
