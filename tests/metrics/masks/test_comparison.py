"""Does one call give every metric, and does a picture file become the mask that its maker meant?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, label

from vizcore.metrics.masks.comparison import MaskMetricSettings, compare_masks
from vizcore.metrics.masks.from_picture import mask_of_photo
from vizcore.metrics.masks.presets import MOST_OF, MOST_PIXELS, PRESETS, SIDE, figure_mask, preset_pair
from vizcore.photo import Photo


def test_every_number_at_once() -> None:
    truth, prediction = preset_pair("shift", 1)
    found = compare_masks(truth, prediction)
    assert 0 < found["boundary_iou"] < found["iou"] < found["dice"] < 1
    assert found["hausdorff"] == pytest.approx(1)
    assert found["average_surface_distance"] <= found["hausdorff_95"] <= found["hausdorff"]
    assert found.boundary_px == 5  # 2 % of a diagonal of 272
    assert found.size_wh == (SIDE, SIDE)
    record = found.to_json()
    assert record["counts"]["tp"] == int((truth & prediction).sum())
    assert record["provenance"]["settings"] == {"boundary_px": None, "empty": "one"}


def test_no_number_is_null_in_json() -> None:
    truth, prediction = preset_pair("nothing")
    record = compare_masks(truth, prediction, MaskMetricSettings(empty="skip")).to_json()
    assert record["iou"] is record["hausdorff"] is None
    assert compare_masks(*preset_pair("missed")).to_json()["hausdorff"] is None


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("amount", [None, 0, MOST_PIXELS])
def test_presets_have_masks_of_one_size(name: str, amount: int | None) -> None:
    truth, prediction = preset_pair(name, amount)
    assert truth.shape == prediction.shape == (SIDE, SIDE)
    assert truth.dtype == prediction.dtype == bool
    assert 0 <= compare_masks(truth, prediction)["iou"] <= 1


@pytest.mark.parametrize(
    ("name", "blind", "awake"),
    [("hole", "recall", "precision"), ("dilate", "precision", "recall"), ("split", "recall", "precision")],
)
def test_presets_show_what_a_metric_overlooks(name: str, blind: str, awake: str) -> None:
    found = compare_masks(*preset_pair(name))
    assert found[awake] == 1.0
    assert found[blind] < 1.0


@pytest.mark.parametrize(
    ("name", "awake", "least"), [("erode", "precision", 1.0), ("hole", "iou", 0.85), ("split", "iou", 0.85)]
)
def test_a_preset_shows_it_up_to_its_last_pixel(name: str, awake: str, least: float) -> None:
    found = compare_masks(*preset_pair(name, MOST_OF[name]))
    assert found[awake] >= least
    assert 0 < found["recall"] < 1


def test_a_hole_stays_inside_and_far_from_the_outline() -> None:
    """Not even a corner opens it to the outside, and its rim is the new surface that the distances see."""
    for amount in range(1, MOST_OF["hole"] + 1):
        truth, prediction = preset_pair("hole", amount)
        assert label(~truth, np.ones((3, 3)))[1] == 1
        assert label(~prediction, np.ones((3, 3)))[1] == 2
        assert distance_transform_edt(truth)[truth & ~prediction].min() > 8
        assert compare_masks(truth, prediction)["hausdorff"] > 18
    truth, prediction = preset_pair("hole", 0)
    assert np.array_equal(truth, prediction)


def test_a_tiny_object_is_ruined_by_a_shift_that_a_large_one_survives() -> None:
    most = MOST_OF["tiny"]
    assert compare_masks(*preset_pair("tiny", most))["iou"] < 0.2
    assert compare_masks(*preset_pair("shift", most))["iou"] > 0.65


@pytest.mark.parametrize("amount", [0, 10, MOST_PIXELS])
def test_masks_apart_leave_twice_the_half_gap(amount: int) -> None:
    left, right = (np.flatnonzero(mask.any(axis=0)) for mask in preset_pair("apart", amount))
    assert right[0] - left[-1] - 1 == 2 * amount


def test_one_speck_moves_hausdorff_alone() -> None:
    found = compare_masks(*preset_pair("speck"))
    assert found["iou"] > 0.99
    assert found["hausdorff"] > 25
    assert found["hausdorff_95"] == 0


def test_the_same_shift_weighs_more_on_a_small_object() -> None:
    large, tiny = compare_masks(*preset_pair("shift", 1)), compare_masks(*preset_pair("tiny", 1))
    assert tiny["iou"] < large["iou"] - 0.1
    assert tiny["hausdorff"] == pytest.approx(large["hausdorff"])


def test_figures_fill_the_size_asked_for() -> None:
    rows, columns = np.nonzero(figure_mask("cat", 80))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 80


@pytest.mark.parametrize(
    ("values", "inside"),
    [([0, 255], [0, 1]), ([0, 1], [0, 1]), ([0, 0], [0, 0]), ([9, 9], [1, 1]), ([120, 255], [0, 1])],
)
def test_which_pixels_of_a_picture_are_meant(values: list[int], inside: list[int]) -> None:
    rgb = np.repeat(np.array([values], np.uint8)[..., None], 3, axis=2)
    assert mask_of_photo(Photo(rgb, "mask")).astype(int).tolist() == [inside]


def test_a_red_mask_is_as_bright_as_a_white_one() -> None:
    rgb = np.array([[[255, 0, 0], [0, 0, 0], [255, 255, 255]]], np.uint8)
    assert mask_of_photo(Photo(rgb, "mask")).tolist() == [[True, False, True]]


def test_boundary_iou_sees_a_hole_and_not_how_deep_a_mistake_is() -> None:
    """What the page says that it overlooks: beyond the band a larger mistake costs nothing more."""
    assert compare_masks(*preset_pair("hole"))["boundary_iou"] < 0.9
    full = np.zeros((200, 200), bool)
    full[20:180, 20:180] = True
    thin, thick = full.copy(), full.copy()
    thin[60:140, 60:140], thick[40:160, 40:160] = False, False
    settings = MaskMetricSettings(boundary_px=4)
    small, large = compare_masks(full, thin, settings), compare_masks(full, thick, settings)
    assert large["iou"] < small["iou"] - 0.2
    assert large["boundary_iou"] > small["boundary_iou"] - 0.2


def test_a_line_shifted_by_its_thickness_shares_nothing() -> None:
    found = compare_masks(*preset_pair("thin"))
    assert (found["iou"], found["dice"]) == (0, 0)
    assert found["hausdorff"] <= 2
