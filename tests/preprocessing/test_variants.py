"""Every fault does exactly what its name says, and without one the model gets what its adapter would feed."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from torchvision.transforms import v2

from tests.tiny_detectors import tiny_queries, tiny_yolo
from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.photo import Photo
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.preprocessing.geometry import whole
from vizcore.preprocessing.recipes import RECIPES
from vizcore.preprocessing.variants import photo_faults
from vizcore.preprocessing.variants.feeding import faulty_photo, feed, turned_back
from vizcore.preprocessing.variants.fitting_faults import cropped, letterboxed, resampled, stretched
from vizcore.preprocessing.variants.table import VARIANTS, applicable, layout_of, recipe_named

NAMES = {"bgr", "exif_ignored", "range_255", "wrong_mean_std", "stretch", "letterbox", "no_antialias", "grey"}
NAMES |= {"alpha_black", "gamma", "jpeg_50", "opencv_decoder"}
MINI = RECIPES["mini-160"]


@pytest.mark.parametrize("build", [tiny_cnn, tiny_vit, tiny_yolo, tiny_queries])
def test_without_a_fault_it_is_what_the_adapter_feeds(build) -> None:  # type: ignore[no-untyped-def]
    model, photo = build(), noise_photo()
    recipe = recipe_named(model.card.recipe)
    assert recipe is not None
    fed = feed(recipe, photo)
    expected = model.pixels([model.prepare(photo)])[0].permute(1, 2, 0).numpy()
    assert np.array_equal(fed.values, expected)
    assert fed.placement == model.prepare(photo).placement


def test_the_promised_names_are_there() -> None:
    assert set(VARIANTS) >= NAMES
    assert {variant.name for variant in applicable(None)} >= {"bgr", "exif_ignored", "grey", "gamma", "jpeg_50"}
    assert "range_255" not in {variant.name for variant in applicable(None)}


@pytest.mark.parametrize(
    ("recipe", "absent"),
    [
        ("mini-160", {"crop", "antialias"}),
        ("half-224-bilinear", {"stretch", "antialias"}),
        ("letterbox-256", {"letterbox", "no_antialias", "not_normalised", "normalised_twice"}),
        ("imagenet-256-224-bicubic", {"crop", "bicubic", "antialias"}),
    ],
)
def test_a_fault_that_is_the_recipe_itself_is_left_out(recipe: str, absent: set[str]) -> None:
    found = recipe_named(recipe)
    assert found is not None
    assert set(VARIANTS) - {variant.name for variant in applicable(found)} == absent


def test_every_recipe_has_a_layout() -> None:
    layouts = {layout_of(recipe) for recipe in RECIPES.values()}
    layouts |= {layout_of(recipe) for recipe in DETECTION_RECIPES.values()}
    assert layouts == {"crop", "stretch", "letterbox", "whole"}


def test_bgr_by_hand() -> None:
    photo = Photo(np.full((4, 4, 3), (255, 0, 51), np.uint8), "")
    fed = feed(MINI, photo, VARIANTS["bgr"])
    assert np.allclose(fed.values[0, 0], [0.2, 0, 1])


@pytest.mark.parametrize("recipe", [MINI, RECIPES["half-224-bilinear"], DETECTION_RECIPES["letterbox-256"]])
def test_numbers_as_torchvision_makes_them(recipe) -> None:  # type: ignore[no-untyped-def]
    photo = noise_photo()
    right = torch.from_numpy(recipe.prepare(photo).rgb.copy()).permute(2, 0, 1).float() / 255
    other = ([0.5] * 3, [0.5] * 3) if recipe is MINI else ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    own = v2.Normalize(list(recipe.mean), list(recipe.deviation))

    def network(name: str) -> torch.Tensor:
        return torch.from_numpy(feed(recipe, photo, VARIANTS[name]).network).permute(2, 0, 1)

    assert torch.allclose(network("wrong_mean_std"), v2.Normalize(*other)(right), atol=1e-4)
    assert torch.allclose(network("range_255"), own(right * 255), atol=1e-2)
    assert torch.allclose(network("not_normalised"), right, atol=1e-4)
    assert torch.allclose(network("normalised_twice"), own(own(right)), atol=1e-4)


def test_a_sideways_photo_is_what_exif_would_turn_upright() -> None:
    photo = noise_photo(30, 50)
    lying = Image.fromarray(photo_faults.lying_on_its_side(photo.rgb))
    exif = lying.getexif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    lying.save(stream, "PNG", exif=exif)
    assert np.array_equal(np.asarray(ImageOps.exif_transpose(Image.open(stream))), photo.rgb)


def test_boxes_turn_back_to_where_the_pixels_were() -> None:
    rgb = np.zeros((30, 50, 3), np.uint8)
    rgb[4:9, 11:31] = 255
    lying = photo_faults.lying_on_its_side(rgb)
    rows, columns = np.nonzero(lying[..., 0])
    box = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], float)
    assert turned_back(box, 1, (50, 30)).tolist() == [[11, 4, 31, 9]]
    assert turned_back(box, 0, (50, 30)).tolist() == box.tolist()
    assert turned_back(np.zeros((0, 4)), 1, (50, 30)).shape == (0, 4)
    with pytest.raises(ValueError, match="quarter turn"):
        turned_back(box, 2, (50, 30))


def test_without_antialiasing_as_torch_does_it() -> None:
    photo = noise_photo(300, 400)
    placement = stretched(whole(300, 400).then((0.2, 0.2), (0, 0), (60, 80)))
    ours = resampled(photo.rgb, placement, "linear").astype(int)
    tensor = torch.from_numpy(photo.rgb.copy()).permute(2, 0, 1)[None].float()
    theirs = torch.nn.functional.interpolate(tensor, (60, 80), mode="bilinear", antialias=False)
    assert np.abs(ours - theirs[0].permute(1, 2, 0).round().numpy()).max() <= 1


@pytest.mark.parametrize("sampling", ["antialiased", "bicubic", "linear", "nearest"])
def test_a_photo_of_the_models_size_stays_as_it_is(sampling) -> None:  # type: ignore[no-untyped-def]
    photo = noise_photo(64, 64)
    assert np.array_equal(resampled(photo.rgb, whole(64, 64), sampling), photo.rgb)


def test_layouts_by_hand() -> None:
    placement = whole(100, 200).then((1, 1), (0, 0), (50, 50))
    assert stretched(placement).scale_xy == (0.25, 0.5)
    assert letterboxed(placement).scale_xy == (0.25, 0.25)
    assert letterboxed(placement).shift_xy == (0, 12.5)
    assert cropped(placement).scale_xy == (0.5, 0.5)
    assert cropped(placement).shift_xy == (-25, 0)
    bars = resampled(np.full((100, 200, 3), 9, np.uint8), letterboxed(placement), "antialiased")
    assert bars.shape == (50, 50, 3)
    assert bars[0, 0].tolist() == [114] * 3
    assert bars[25, 25].tolist() == [9] * 3


@pytest.mark.parametrize("name", list(VARIANTS))
@pytest.mark.parametrize("size", [(1, 1), (3, 900), (150, 200)])
def test_every_fault_survives_every_shape(name: str, size: tuple[int, int]) -> None:
    variant, photo = VARIANTS[name], noise_photo(*size)
    for recipe in (MINI, DETECTION_RECIPES["letterbox-256"], DETECTION_RECIPES["stretch-384-imagenet"]):
        fed = feed(recipe, photo, variant)
        assert fed.values.shape == recipe.prepare(faulty_photo(photo, variant)).rgb.shape
        assert np.isfinite(fed.network).all()
        assert fed.shown.dtype == np.uint8


def test_gamma_grey_and_bits_by_hand() -> None:
    rgb = np.array([[[0, 128, 255]]], np.uint8)
    assert photo_faults.gamma(rgb).tolist() == [[[0, 56, 255]]]
    assert photo_faults.grey(rgb).tolist() == [[[104] * 3]]
    assert photo_faults.low_byte_of_12_bits(rgb).tolist() == [[[0, 2056 & 0xFF, 4095 & 0xFF]]]
    white, black = photo_faults.cut_out_on_white(noise_photo().rgb), photo_faults.cut_out_on_black(noise_photo().rgb)
    assert white[0, 0].tolist() == [255] * 3
    assert black[0, 0].tolist() == [0] * 3
    assert np.array_equal(white[75, 100], black[75, 100])
