"""Everything at once: SAM's own automatic mask generator on the same weights, Stop, and a map without overlaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from segment_anything import SamAutomaticMaskGenerator
from segment_anything.utils.amg import build_point_grid

from tests.segmentation.tiny_sam import embedded, tiny_sam, tiny_vit_sam
from tests.tiny_models import noise_photo
from tests.zoo.test_promptable_models import grabcut
from vizcore.errors import ModelCannot, SettingOutOfRange
from vizcore.results import Provenance
from vizcore.segmentation import EverythingSettings, MaskSet, everything, label_map
from vizcore.segmentation.everything import Coverage, coverage, point_grid
from vizcore.segmentation.rle import encode

# A random SAM rates its masks around 0 and none is stable: thresholds under which some pass and some do not.
OPEN = EverythingSettings(points_per_side=4, points_per_batch=6, predicted_iou=0.0, stability=0.0, box_nms=0.7)


def last(model: object, photo: object, settings: EverythingSettings) -> MaskSet:
    found = [snapshot.result for snapshot in everything(model, embedded(model, photo), settings)][-1]  # type: ignore[arg-type]
    assert isinstance(found, MaskSet)
    return found


@pytest.mark.parametrize("size_hw", [(256, 256), (192, 256)])
@pytest.mark.parametrize("box_nms", [0.7, 0.99, 1.0])
def test_the_official_generator_finds_the_same(box_nms: float, size_hw: tuple[int, int]) -> None:
    model, photo = tiny_vit_sam(), noise_photo(*size_hw)
    settings = EverythingSettings(points_per_side=4, predicted_iou=0.0, stability=0.0, box_nms=box_nms)
    official = SamAutomaticMaskGenerator(
        model.module,
        points_per_side=4,
        pred_iou_thresh=0.0,
        stability_score_thresh=0.0,
        box_nms_thresh=box_nms,
        output_mode="coco_rle",
    )
    theirs = {each["segmentation"]["counts"]: each for each in official.generate(photo.rgb)}
    found = last(model, photo, settings)
    ours = {found.rle(place).to_coco()["counts"]: place for place in range(len(found))}
    assert len(theirs) > 0
    # At this size SAM's second enlargement changes nothing; rounding alone moves a pixel here and there.
    assert abs(len(ours) - len(theirs)) <= 1
    assert sorted(found.predicted_iou, reverse=True) == found.predicted_iou.tolist()
    qualities = sorted((each["predicted_iou"] for each in theirs.values()), reverse=True)
    common = min(len(qualities), len(found))
    np.testing.assert_allclose(found.predicted_iou[:common], qualities[:common], atol=1e-3)
    for counts in ours.keys() & theirs.keys():
        place, their = ours[counts], theirs[counts]
        assert found.areas[place] == their["area"]
        x, y, width, height = their["bbox"]
        assert found.boxes_xyxy[place].tolist() == [x, y, x + width + 1, y + height + 1]
        assert found.points_xy[place].tolist() == their["point_coords"][0]
    assert len(ours.keys() & theirs.keys()) >= 0.6 * len(theirs)


def test_the_grid_is_sams() -> None:
    for per_side in (1, 3, 32):
        np.testing.assert_allclose(point_grid(per_side), build_point_grid(per_side))


def test_each_batch_shows_what_is_there_so_far() -> None:
    model = tiny_vit_sam()
    steps = list(everything(model, embedded(model, noise_photo()), OPEN))
    assert [(each.step, each.total) for each in steps] == [(6, 16), (12, 16), (16, 16)]
    for each in steps:
        assert isinstance(each.result, MaskSet)
        assert each.values["masks"] == len(each.result)
    assert model.encoder_runs == 1


def test_filters_take_away() -> None:
    model, photo = tiny_vit_sam(), noise_photo()
    model.module.mask_decoder.iou_prediction_head.layers[-1].bias.data += 0.5
    everything_there = last(model, photo, replace(OPEN, box_nms=1.0))
    middle = float(np.median(everything_there.predicted_iou))
    better = last(model, photo, replace(OPEN, box_nms=1.0, predicted_iou=middle))
    assert 0 < len(better) < len(everything_there)
    assert better.predicted_iou.min() > middle
    assert len(last(model, photo, OPEN)) < len(everything_there), "boxes that nearly coincide"
    firm = last(model, photo, replace(OPEN, stability=float(np.median(everything_there.stability))))
    assert firm.stability.min() >= np.median(everything_there.stability)
    cleaned = last(model, photo, replace(OPEN, min_area=200))
    assert cleaned.areas.min() > 0
    assert len(last(model, photo, replace(OPEN, predicted_iou=1.0))) == 0


def test_nothing_found_is_an_empty_set_with_an_empty_map() -> None:
    model = tiny_sam()
    found = last(model, noise_photo(), EverythingSettings(points_per_side=2, predicted_iou=1.0))
    assert len(found) == 0
    assert found.to_json()["masks"] == []
    assert not label_map(found).any()
    assert label_map(found).shape == (150, 200)


def set_of(*masks: np.ndarray) -> MaskSet:
    rles = tuple(encode(mask) for mask in masks)
    count = len(masks)
    numbers = {"predicted_iou": np.ones(count), "stability": np.ones(count), "points_xy": np.zeros((count, 2))}
    boxes = np.array([rle.box_xyxy() for rle in rles], float)
    areas = np.array([rle.area for rle in rles])
    return MaskSet(Provenance(), rles=rles, boxes_xyxy=boxes, areas=areas, size_wh=masks[0].shape[::-1], **numbers)


def test_coverage_counts_what_is_claimed_again() -> None:
    small, large = np.zeros((4, 6), bool), np.zeros((4, 6), bool)
    small[1:3, 3:5], large[:, :4] = True, True  # 4 and 16 pixels, 2 of them in both
    found = set_of(small, large)
    assert coverage(found, label_map(found)) == Coverage(18 / 24, 2)
    assert coverage(set_of(np.zeros((4, 6), bool)), np.zeros((4, 6), int)) == Coverage(0.0, 0)


def test_smaller_masks_lie_on_top() -> None:
    small, large = np.zeros((4, 6), bool), np.zeros((4, 6), bool)
    small[1:3, 1:3], large[:, :4] = True, True
    found = set_of(small, large)
    expected = np.zeros((4, 6), int)
    expected[:, :4] = 2
    expected[1:3, 1:3] = 1
    np.testing.assert_array_equal(label_map(found), expected)
    assert (label_map(found, [0, 1]) == 1).sum() == 0, "by an order of one's own the large one hides the small one"


def test_grabcut_offers_no_candidates() -> None:
    model = grabcut()
    with pytest.raises(ModelCannot):
        next(everything(model, embedded(model, noise_photo())))


@pytest.mark.parametrize(
    "wrong", [{"points_per_side": 0}, {"points_per_side": 999}, {"box_nms": 1.5}, {"stability": -1.0}]
)
def test_settings_have_limits(wrong: dict[str, float]) -> None:
    model = tiny_sam()
    with pytest.raises(SettingOutOfRange):
        next(everything(model, embedded(model, noise_photo()), EverythingSettings(**wrong)))  # type: ignore[arg-type]
