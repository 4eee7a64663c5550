"""Recipes against torchvision's own transforms, and the way back to photo pixels."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torchvision.transforms.v2.functional as F
from PIL import Image
from torchvision.models import ResNet18_Weights, ResNet50_Weights, Swin_T_Weights

from tests.tiny_models import noise_photo
from vizcore.photo import Photo
from vizcore.preprocessing.geometry import whole
from vizcore.preprocessing.recipes import RECIPES
from vizcore.preprocessing.steps import centre_crop, cut_strip, resize_shorter_side

SIZES = [(150, 200), (201, 133), (224, 224), (31, 400), (1, 1), (480, 640)]


@pytest.mark.parametrize(
    ("recipe", "weights"),
    [
        ("imagenet-256-224-bilinear", ResNet18_Weights.IMAGENET1K_V1),
        ("imagenet-232-224-bilinear", ResNet50_Weights.IMAGENET1K_V2),
        ("imagenet-232-224-bicubic", Swin_T_Weights.IMAGENET1K_V1),
    ],
)
@pytest.mark.parametrize("size", [s for s in SIZES if max(s) <= 8 * min(s)])
def test_equals_torchvisions_transforms(recipe: str, weights: object, size: tuple[int, int]) -> None:
    photo = noise_photo(*size)
    chosen = RECIPES[recipe]
    ours = torch.from_numpy(chosen.prepare(photo).rgb.copy()).permute(2, 0, 1).float() / 255
    ours = F.normalize(ours, list(chosen.mean), list(chosen.deviation))
    theirs = weights.transforms()(Image.fromarray(photo.rgb))  # type: ignore[attr-defined]
    assert torch.allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("name", list(RECIPES))
@pytest.mark.parametrize("size", SIZES)
def test_every_recipe_gives_its_size_and_a_way_back(name: str, size: tuple[int, int]) -> None:
    prepared = RECIPES[name].prepare(noise_photo(*size))
    assert prepared.rgb.shape == (RECIPES[name].size, RECIPES[name].size, 3)
    corners = np.array([[0.0, 0.0], [17.5, 3.0], [200.0, 150.0]])
    assert np.allclose(prepared.placement.to_model(prepared.placement.to_photo(corners)), corners)
    x0, y0, x1, y1 = prepared.placement.region_xyxy()
    assert 0 <= x0 < x1 <= size[1]
    assert 0 <= y0 < y1 <= size[0]


def test_region_of_a_hand_worked_crop() -> None:
    """100 x 200 to a shorter side of 50 is 50 x 100; the central 50 x 50 starts at x = 25, which is 50 in the photo."""
    rgb = np.zeros((100, 200, 3), np.uint8)
    resized, placement = resize_shorter_side(rgb, whole(100, 200), 50, "bilinear")
    _, placement = centre_crop(resized, placement, 50, 50)
    assert placement.region_xyxy() == (50.0, 0.0, 150.0, 100.0)
    assert placement.to_model(np.array([100.0, 50.0])).tolist() == [25.0, 25.0]


def test_a_strip_costs_no_gigapixels() -> None:
    strip = Photo(np.zeros((4, 20_000, 3), np.uint8), "strip")
    cut, placement = cut_strip(strip.rgb, whole(4, 20_000))
    assert cut.shape == (4, 32, 3)
    assert placement.region_xyxy() == (9984.0, 0.0, 10016.0, 4.0)


def test_a_marked_pixel_is_found_again() -> None:
    rgb = np.zeros((300, 500, 3), np.uint8)
    rgb[140:160, 280:300] = 255
    prepared = RECIPES["mini-160"].prepare(Photo(rgb, "mark"))
    ys, xs = np.nonzero(prepared.rgb[..., 0] > 127)
    centre = prepared.placement.to_photo(np.array([xs.mean() + 0.5, ys.mean() + 0.5]))
    assert np.allclose(centre, [290, 150], atol=2)


def test_the_trace_names_each_step() -> None:
    names = [step.name for step in RECIPES["imagenet-256-224-bilinear"].prepare(noise_photo()).steps]
    assert names == ["photo", "resize_shorter_side", "centre_crop", "normalise"]
