"""Do views, mosaics, pasted cut-outs, teacher's boxes, losses and AP of the detectors' training do what they say?"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from training.detection_batches import (
    Augmentation,
    DetectionBatch,
    DetectionBatches,
    jittered,
    keep_visible,
    paste,
    view,
)
from training.detection_losses import DetrCriterion, YoloCriterion
from training.detection_packs import CAT_BOX, DOG_BOX, PERSON, BoxedPhoto, CutOut, read_human_boxes, taught_boxes
from training.ema import blend
from training.evaluate_detectors import as_seen, average_precision, right_species
from training.packs import CAT, DOG
from training.train_detectors import augmentation_at
from vizcore.zoo.bundled.mini_detectors import detr_mini, yolo_mini

PACKS = Path(__file__).parents[3] / "shared" / "data"
needs_packs = pytest.mark.skipif(not (PACKS / "segdet320.npz").exists(), reason="the training packs are not here")


def red_square(height: int = 60, width: int = 100) -> BoxedPhoto:
    """A red square at 20..50 x 10..40 on black."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[10:40, 20:50, 0] = 255
    return BoxedPhoto(rgb, np.array([[20, 10, 50, 40]], np.float32), np.array([CAT_BOX]))


def bounds_of_red(rgb: np.ndarray) -> list[int]:
    red = (rgb[..., 0] > 128) & (rgb[..., 1] < 60)
    ys, xs = np.flatnonzero(red.any(1)), np.flatnonzero(red.any(0))
    return [xs[0], ys[0], xs[-1] + 1, ys[-1] + 1]


def test_boxes_follow_the_pixels_of_a_view() -> None:
    rng = np.random.default_rng(0)
    checked = 0
    for _ in range(60):
        rgb, boxes, classes = view(red_square(), 128, 96, (0.5, 1.6), rng)
        assert rgb.shape == (96, 128, 3)
        if len(boxes):
            np.testing.assert_allclose(boxes[0], bounds_of_red(rgb), atol=1.6)
            assert classes.tolist() == [CAT_BOX]
            checked += 1
    assert checked > 40


def test_hidden_boxes_are_dropped() -> None:
    boxes = np.array([[-80, 0, 20, 100], [-20, 0, 80, 100], [50, 50, 52, 90]], np.float32)
    kept, classes = keep_visible(boxes, np.array([0, 1, 2]), 100, 100)
    assert classes.tolist() == [1]  # a fifth of the first is left; the last is 2 px wide
    assert kept.tolist() == [[0, 0, 80, 100]]
    assert keep_visible(np.zeros((0, 4), np.float32), np.zeros(0, int), 9, 9)[0].shape == (0, 4)


def test_a_pasted_cut_out_is_where_its_box_says() -> None:
    canvas = np.zeros((128, 128, 3), np.uint8)
    red = np.zeros((40, 20, 3), np.uint8)
    red[..., 0] = 255
    cut = CutOut(red, np.full((40, 20), 255, np.uint8), PERSON)
    boxes, classes = paste(canvas, np.zeros((0, 4), np.float32), np.zeros(0, int), cut, np.random.default_rng(3))
    assert classes.tolist() == [PERSON]
    assert boxes[0].tolist() == bounds_of_red(canvas)


def test_what_a_paste_hides_is_dropped() -> None:
    cut = CutOut(np.zeros((80, 80, 3), np.uint8), np.full((80, 80), 255, np.uint8), DOG_BOX)
    tiles = [[x, y, x + 8, y + 8] for x in range(0, 128, 8) for y in range(0, 128, 8)]
    boxes, classes = paste(
        np.zeros((128, 128, 3), np.uint8),
        np.array(tiles, np.float32),
        np.zeros(256, int),
        cut,
        np.random.default_rng(0),
    )
    new = boxes[-1]
    assert classes[-1] == DOG_BOX
    assert len(boxes) < 257
    inside = (boxes[:-1, :2] >= new[:2]).all(1) & (boxes[:-1, 2:] <= new[2:]).all(1)
    assert not inside.any()


def test_batches_are_reproducible_and_their_boxes_inside() -> None:
    pools = {"coco": [red_square()], "tiny": [red_square(64, 64)]}
    batches = DetectionBatches(pools, [], Augmentation(96, 0.5, 0.0), batch=8, seed=0)
    one, two = batches.make(5), batches.make(5)
    assert torch.equal(one.rgb, two.rgb)
    assert one.rgb.shape == (8, 3, 96, 96)
    for boxes, classes in zip(one.boxes, one.classes, strict=True):
        assert len(boxes) == len(classes)
        assert (boxes >= 0).all()
        assert (boxes <= 96).all()
        assert (boxes[:, 2:] > boxes[:, :2]).all()
    assert any(len(boxes) for boxes in one.boxes)


def test_flipped_pictures_keep_their_boxes() -> None:
    batches = DetectionBatches({"coco": [red_square()]}, [], Augmentation(128, 0.0, 0.0), batch=1, seed=0)
    for seed in range(12):
        rgb, boxes, _ = batches.picture(np.random.default_rng(seed))
        if len(boxes):
            np.testing.assert_allclose(boxes[0], bounds_of_red(rgb), atol=1.6)


def test_jittered_colours_stay_in_range() -> None:
    pixels = jittered(torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8), torch.Generator().manual_seed(0))
    assert pixels.min() >= 0
    assert pixels.max() <= 1


def test_known_species_corrects_the_teacher() -> None:
    boxes = np.array([[0, 0, 50, 50], [1, 1, 50, 50], [60, 60, 90, 90], [0, 60, 20, 90]], np.float32)
    coco, scores = np.array([15, 16, 21, 0]), np.array([0.6, 0.9, 0.7, 0.4])
    kept, classes = taught_boxes(boxes, coco, scores, DOG)
    assert classes.tolist() == [DOG_BOX, DOG_BOX]  # the cat is the same dog, the bear another one, the person unsure
    assert kept.tolist() == boxes[[1, 2]].tolist()
    assert taught_boxes(boxes[3:], coco[3:], scores[3:], CAT) is None  # a cat photo without any animal
    assert taught_boxes(boxes, coco, scores, 255) is None  # a cat and a dog where there are none
    kept, classes = taught_boxes(boxes[3:], np.array([0]), np.array([0.8]), 255)
    assert classes.tolist() == [PERSON]


def test_unsure_animals_count_only_where_nothing_surer_is() -> None:
    boxes = np.array([[0, 0, 50, 50], [60, 60, 90, 90]], np.float32)
    kept, _ = taught_boxes(boxes, np.array([15, 15]), np.array([0.45, 0.35]), CAT)
    assert kept.tolist() == [[0, 0, 50, 50]]


def _truth(boxes: list[list[float]], classes: list[int]) -> BoxedPhoto:
    return BoxedPhoto(np.zeros((100, 100, 3), np.uint8), np.array(boxes, np.float32), np.array(classes))


def _found(boxes: list[list[float]], scores: list[float], classes: list[int]) -> Any:
    return torch.tensor(boxes).reshape(-1, 4), torch.tensor(scores), torch.tensor(classes, dtype=torch.long)


def test_average_precision_worked_by_hand() -> None:
    photos = [_truth([[0, 0, 40, 40], [50, 50, 90, 90]], [0, 0]), _truth([[10, 10, 60, 60]], [1])]
    perfect = [_found(photos[0].boxes.tolist(), [0.9, 0.8], [0, 0]), _found([[10, 10, 60, 60]], [0.7], [1])]
    numbers = average_precision(photos, perfect)
    assert numbers["ap50_person"] == pytest.approx(100)
    assert numbers["ap50_cat"] == pytest.approx(100)
    # a false box first, then one of two persons: precision 1/2 up to recall 1/2, that is 51 of 101 recall points
    half = [_found([[0, 60, 30, 90], [0, 0, 40, 40]], [0.9, 0.8], [0, 0]), _found([], [], [])]
    assert average_precision(photos, half)["ap50_person"] == pytest.approx(100 * 0.5 * 51 / 101)
    assert average_precision(photos, [_found([], [], [])] * 2)["map50"] == 0


def test_right_species_asks_for_the_best_pet_box() -> None:
    box = [[0.0, 0, 1, 1]]
    assert right_species(_found(box * 3, [0.9, 0.5, 0.4], [PERSON, DOG_BOX, CAT_BOX]), DOG_BOX)
    assert not right_species(_found(box * 2, [0.5, 0.6], [DOG_BOX, CAT_BOX]), DOG_BOX)
    assert not right_species(_found(box, [0.2], [DOG_BOX]), DOG_BOX)
    assert not right_species(_found([], [], []), DOG_BOX)


def test_photos_are_seen_as_the_app_shows_them() -> None:
    photo = np.full((50, 100, 3), 200, np.uint8)
    canvas, placement = as_seen(photo, 64)
    assert canvas.shape == (64, 64, 3)
    assert (canvas[:16] == 114).all()
    assert (canvas[16:48] == 200).all()
    np.testing.assert_allclose(placement.to_photo(np.array([[0.0, 16.0], [64.0, 48.0]])), [[0, 0], [100, 50]])


@pytest.mark.parametrize(
    ("builder", "lesson_of"), [(yolo_mini, lambda m: YoloCriterion(m, None)), (detr_mini, DetrCriterion)]
)
def test_a_few_steps_lower_the_loss(builder: Callable[[], Any], lesson_of: Callable[[Any], Any]) -> None:
    torch.manual_seed(0)
    model = builder().train()
    lesson = lesson_of(model)
    photo = red_square(128, 128)
    rgb = torch.from_numpy(photo.rgb).permute(2, 0, 1).repeat(2, 1, 1, 1)
    batch = DetectionBatch(rgb, [torch.from_numpy(photo.boxes)] * 2, [torch.from_numpy(photo.classes)] * 2)
    pixels = batch.rgb.float() / 255
    optimiser = torch.optim.AdamW(lesson.groups(1e-3), lr=1e-3)
    losses = []
    for _ in range(8):
        torch.manual_seed(0)  # the same denoising queries
        loss = lesson(pixels, batch, follow=False)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.9 * losses[0]


def test_every_parameter_is_trained_once_and_averaged_once() -> None:
    model = detr_mini()
    listed = [id(p) for group in DetrCriterion(model).groups(1e-3) for p in group["params"]]
    assert sorted(listed) == sorted(id(p) for p in model.parameters())
    average, other = copy.deepcopy(model), copy.deepcopy(model)
    with torch.no_grad():
        for p in other.parameters():
            p.add_(1.0)
    blend(average, other, keep=0.75)
    for kept, old in zip(average.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(kept, old + 0.25)


def test_schedule_ends_at_full_size_without_mosaics() -> None:
    assert augmentation_at(0.0).mosaic > 0
    assert augmentation_at(0.0).size < 256
    assert augmentation_at(0.9).mosaic == 0
    assert augmentation_at(0.9).size == 256


@needs_packs
def test_packs_hold_the_boxes_that_the_cards_count() -> None:
    held_out = read_human_boxes(PACKS, "val")
    assert {name: len(pool) for name, pool in held_out.items()} == {"coco": 64, "pets": 60, "pennfudan": 17}
    classes = np.concatenate([photo.classes for pool in held_out.values() for photo in pool])
    assert [int((classes == c).sum()) for c in (PERSON, CAT_BOX, DOG_BOX)] == [199, 40, 21]
    for pool in held_out.values():
        for photo in pool:
            height, width = photo.rgb.shape[:2]
            assert (photo.boxes[:, 2:] <= np.array([width, height]) + 1).all()
