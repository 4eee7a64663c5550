"""Is every way of fitting a photo the library's own to the last bit, with a way back for its boxes?"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vizcore.photo import Photo
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.preprocessing.fitting import (
    GREY,
    fill_strip,
    fitting_size,
    letterbox,
    resize_exactly,
    shrunk_size,
    stretch,
)
from vizcore.preprocessing.geometry import whole

SIZES = [(480, 640), (640, 480), (100, 101), (1, 1), (1, 3000), (3000, 1), (333, 777), (640, 640), (37, 1200)]


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * 10_000 + width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_letterbox_by_hand() -> None:
    """Twice as wide as high: half of the square stays grey, a quarter above and a quarter below."""
    framed, placement = letterbox(np.full((2, 4, 3), 255, np.uint8), whole(2, 4), 8)
    assert framed.shape == (8, 8, 3)
    assert (framed[:2] == GREY).all()
    assert (framed[2:6] == 255).all()
    assert (framed[6:] == GREY).all()
    assert placement.scale_xy == (2.0, 2.0)
    assert placement.shift_xy == (0, 2)


@pytest.mark.parametrize("stride", [0, 32])
@pytest.mark.parametrize("size", SIZES)
def test_letterbox_is_that_of_ultralytics(size: tuple[int, int], stride: int) -> None:
    from vizcore.zoo.guards import import_ultralytics

    import_ultralytics()
    from ultralytics.data.augment import LetterBox

    rgb = noise(*size)
    framed, _ = letterbox(rgb, whole(*size), 640, stride)
    assert np.array_equal(framed, LetterBox(640, auto=bool(stride), stride=32)(image=rgb))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("target", [(640, 640), (384, 384), (50, 70)])
def test_stretch_is_that_of_torchvision(size: tuple[int, int], target: tuple[int, int]) -> None:
    from torchvision.transforms.v2 import functional

    rgb = noise(*size)
    resized, _ = stretch(rgb, whole(*size), *target)
    theirs = functional.resize(torch.from_numpy(rgb).permute(2, 0, 1), list(target), antialias=True)
    assert np.array_equal(resized, theirs.permute(1, 2, 0).numpy())


@pytest.mark.parametrize("size", [each for each in SIZES if max(each) / min(each) <= 32])
def test_shrunk_size_is_that_of_transformers(size: tuple[int, int]) -> None:
    from transformers.image_transforms import get_size_with_aspect_ratio

    assert shrunk_size(*size, 800, 1333) == get_size_with_aspect_ratio(size, 800, 1333)


@pytest.mark.parametrize(("shorter", "longest"), [(800, 1333), (320, 640), (37, 50)])
@pytest.mark.parametrize("size", [(480, 640), (100, 101), (1, 1), (333, 777), (20, 600)])
def test_exact_resize_is_that_of_torchvisions_detectors(size: tuple[int, int], shorter: int, longest: int) -> None:
    from torchvision.models.detection.transform import GeneralizedRCNNTransform

    rgb = noise(*size)
    theirs = GeneralizedRCNNTransform(shorter, longest, [0.0] * 3, [1.0] * 3)
    picture = torch.from_numpy(rgb).permute(2, 0, 1).float() / 255
    expected, _ = theirs.resize(picture)
    resized, placement = resize_exactly(rgb, whole(*size), *fitting_size(*size, shorter, longest))
    assert resized.shape[:2] == tuple(expected.shape[1:]) == placement.model_hw
    assert np.abs(resized / 255 - expected.permute(1, 2, 0).numpy()).max() < 1e-4


@pytest.mark.parametrize("name", DETECTION_RECIPES)
@pytest.mark.parametrize("size", SIZES)
def test_points_come_back_and_nothing_is_lost(name: str, size: tuple[int, int]) -> None:
    prepared = DETECTION_RECIPES[name].prepare(Photo(noise(*size), "noise"))
    height, width = size
    corners = np.array([[0.0, 0.0], [width, height], [width / 3, height / 7]])
    assert np.allclose(prepared.placement.to_photo(prepared.placement.to_model(corners)), corners)
    assert prepared.placement.region_xyxy() == pytest.approx((0, 0, width, height)), "the model sees the whole photo"
    assert prepared.rgb.shape[:2] == prepared.placement.model_hw
    assert min(prepared.rgb.shape[:2]) >= 1
    names = [step.name for step in prepared.steps]
    assert (names[0], names[-1]) == ("photo", "normalise")


def test_a_strip_is_filled_up_and_other_photos_are_not() -> None:
    rgb = noise(2, 640)
    filled, placement = fill_strip(rgb, whole(2, 640))
    assert filled.shape == (20, 640, 3)
    assert np.array_equal(filled[:2], rgb)
    assert (filled[2:] == GREY).all()
    assert placement.region_xyxy() == (0, 0, 640, 2)
    assert fill_strip(noise(20, 640), whole(20, 640))[0].shape == (20, 640, 3)
