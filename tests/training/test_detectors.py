"""Do views, mosaics, pasted cut-outs, teacher's boxes, losses and AP of the detectors' training do what they say?"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from training.detection_batches import SIZE, Pictures, jittered, keep_visible, paste, view
from training.detection_intervals import average_precisions, intervals
from training.detection_losses import DetectionBatch, DetrCriterion, KnownClassesBce, YoloCriterion, parameter_groups
from training.detection_packs import (
    CAT_BOX,
    DOG_BOX,
    PERSON,
    BoxedPhoto,
    CutOut,
    known_classes,
    read_human_boxes,
    taught_boxes,
)
from training.detector_answers import as_seen, of_known_classes
from training.ema import blend
from training.evaluate_detectors import (
    average_precision,
    default_score,
    doubled,
    large_persons,
    other_species,
    right_species,
)
from training.export_detectors import ships
from training.feature_cache import CachedMaps, row_length
from training.packs import CAT, DOG
from training.train_detectors import CachedBatches
from training.upper_trunk import UpperTrunk
from vizcore.zoo.bundled.lite_trunk import CHANNELS, GivenMaps, LiteTrunk, trunk_state
from vizcore.zoo.bundled.mini_detectors import LABELS, detr_mini, yolo_mini

PACKS = Path(__file__).parents[3] / "shared" / "data"
needs_packs = pytest.mark.skipif(not (PACKS / "voc320.npz").exists(), reason="the training packs are not here")


def red_square(height: int = 60, width: int = 100) -> BoxedPhoto:
    """A red square at 20..50 x 10..40 on black."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[10:40, 20:50, 0] = 255
    return BoxedPhoto(rgb, np.array([[20, 10, 50, 40]], np.float32), np.array([CAT_BOX]), known_classes())


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


def test_pictures_are_reproducible_and_their_boxes_inside() -> None:
    pictures = Pictures({"human_coco": [red_square()], "pets": [red_square(64, 64)]}, [])
    some = 0
    for seed in range(8):
        rgb, boxes, classes, known = pictures.make(seed)
        assert np.array_equal(rgb, pictures.make(seed)[0])
        assert rgb.shape == (SIZE, SIZE, 3)
        assert len(boxes) == len(classes)
        assert ((boxes >= 0) & (boxes <= SIZE)).all()
        assert known.all()
        some += len(boxes)
    assert some


def test_a_mosaic_of_photos_that_label_little_knows_little() -> None:
    persons_only = known_classes(("person",))
    square = red_square()
    photo = BoxedPhoto(square.rgb, square.boxes, np.array([PERSON]), persons_only)
    for seed in range(6):
        known = Pictures({"human_pennfudan": [photo], "human_coco": [red_square()]}, []).make(seed)[3]
        assert known.all() or known.tolist() == persons_only.tolist()


def test_jittered_colours_stay_in_range() -> None:
    pixels = jittered(torch.randint(0, 256, (4, 3, 8, 8), dtype=torch.uint8), torch.Generator().manual_seed(0))
    assert pixels.min() >= 0
    assert pixels.max() <= 1


def test_known_species_corrects_the_teacher() -> None:
    boxes = np.array([[0, 0, 50, 50], [1, 1, 50, 50], [60, 60, 90, 90], [0, 60, 20, 90]], np.float32)
    coco, scores = np.array([15, 16, 21, 0]), np.array([0.6, 0.9, 0.7, 0.4])
    taught = taught_boxes(boxes, coco, scores, DOG)
    assert taught is not None
    kept, classes, known = taught
    assert classes.tolist() == [DOG_BOX, DOG_BOX]  # the cat is the same dog, the bear another one
    assert [label for label, sure in zip(LABELS, known, strict=True) if not sure] == ["person"]  # unsure
    assert kept.tolist() == boxes[[1, 2]].tolist()
    assert taught_boxes(boxes[3:], coco[3:], scores[3:], CAT) is None  # a cat photo without any animal
    assert taught_boxes(boxes, coco, scores, 255) is None  # a cat and a dog where there are none
    taught = taught_boxes(boxes[3:], np.array([0]), np.array([0.8]), 255)
    assert taught is not None
    assert taught[1].tolist() == [PERSON]
    assert taught[2].all()


def test_unsure_animals_count_only_where_nothing_surer_is() -> None:
    boxes = np.array([[0, 0, 50, 50], [60, 60, 90, 90]], np.float32)
    taught = taught_boxes(boxes, np.array([15, 15]), np.array([0.45, 0.35]), CAT)
    assert taught is not None
    assert taught[0].tolist() == [[0, 0, 50, 50]]


def _truth(boxes: list[list[float]], classes: list[int]) -> BoxedPhoto:
    return BoxedPhoto(
        np.zeros((100, 100, 3), np.uint8), np.array(boxes, np.float32), np.array(classes), known_classes()
    )


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


def test_average_precision_of_weighted_photos_is_pycocotools_of_copies() -> None:
    """A photo that counts twice is a photo that is there twice; intervals hold the number itself."""
    rng = np.random.default_rng(3)
    corners = rng.integers(0, 60, (6, 4, 2)).astype(np.float32)
    photos = [_truth(np.concatenate([c, c + 35], 1).tolist(), rng.integers(0, 2, 4).tolist()) for c in corners]
    found = [
        _found((p.boxes + rng.normal(0, 4, (4, 4))).tolist(), rng.random(4).tolist(), p.classes.tolist())
        for p in photos
    ]
    weights = np.array([2, 0, 1, 1, 0, 2])
    copies = [place for place, count in enumerate(weights) for _ in range(count)]
    theirs = average_precision([photos[i] for i in copies], [found[i] for i in copies])
    person, cat = (each(weights) for each in average_precisions(photos, found, 0.5)[:2])
    assert (person, cat) == pytest.approx((theirs["ap50_person"], theirs["ap50_cat"]))
    sure = intervals(photos, found, 0.5, resamples=50)
    low, high = sure["ap50_person"]
    assert low <= average_precision(photos, found)["ap50_person"] <= high
    assert sure["ap50_dog"] == (0, 0)


def test_right_species_asks_for_the_best_pet_box() -> None:
    box = [[0.0, 0, 1, 1]]
    assert right_species(_found(box * 3, [0.9, 0.5, 0.4], [PERSON, DOG_BOX, CAT_BOX]), DOG_BOX)
    assert not right_species(_found(box * 2, [0.5, 0.6], [DOG_BOX, CAT_BOX]), DOG_BOX)
    assert not right_species(_found(box, [0.2], [DOG_BOX]), DOG_BOX)
    assert not right_species(_found([], [], []), DOG_BOX)


def test_unlabelled_classes_are_no_false_detections() -> None:
    photo = _truth([[0, 0, 40, 40]], [CAT_BOX])
    photo = BoxedPhoto(photo.rgb, photo.boxes, photo.classes, known_classes(("cat", "dog")))
    [(_, scores, classes)] = of_known_classes([photo], [_found([[0.0, 0, 40, 40]] * 2, [0.9, 0.8], [CAT_BOX, PERSON])])
    assert classes.tolist() == [CAT_BOX]
    assert scores.tolist() == pytest.approx([0.9])


def test_the_best_threshold_worked_by_hand() -> None:
    """Right at 0.9 and 0.6, wrong at 0.8 and 0.1, three truths: F1 2/4, 2/5, 4/6, 4/7 -> 2/3 at 0.6."""
    photo = _truth([[0, 0, 10, 10], [20, 20, 40, 40], [60, 60, 90, 90]], [PERSON] * 3)
    found = _found(
        [[0.0, 0, 10, 10], [50, 0, 60, 10], [20, 20, 40, 40], [70, 0, 80, 10]], [0.9, 0.8, 0.6, 0.1], [PERSON] * 4
    )
    threshold, f1 = default_score([photo], [found])
    assert (threshold, f1) == pytest.approx((0.6, 2 / 3))
    assert default_score([photo], [_found([], [], [])]) == (0.5, 0.0)


def test_where_f1_is_flat_the_default_score_is_the_lowest() -> None:
    """100 persons in a row, the 100 surest boxes right; one wrong box costs 0.498 points of F1, two 0.990."""
    boxes = [[20.0 * i, 0, 20.0 * i + 10, 10] for i in range(103)]
    photo = _truth(boxes[:100], [PERSON] * 100)
    found = _found(boxes, [*np.linspace(0.9, 0.5, 100), 0.4, 0.3, 0.2], [PERSON] * 103)
    score, f1 = default_score([photo], [found])
    assert (score, f1) == pytest.approx((0.4, 200 / 201))


def test_doubles_persons_and_the_other_species() -> None:
    photo = _truth([[0, 0, 40, 40], [50, 50, 55, 55]], [PERSON, PERSON])
    twice = _found([[0.0, 0, 40, 40], [1, 0, 40, 40], [60, 0, 90, 30]], [0.9, 0.8, 0.7], [PERSON, CAT_BOX, PERSON])
    assert doubled(photo, twice, 0.5) == 1
    assert doubled(photo, twice, 0.85) == 0
    assert large_persons(photo, twice, 0.5) == (1, 1, 1)
    assert large_persons(photo, _found([], [], []), 0.5) == (1, 0, 0)
    assert other_species(twice, DOG_BOX, 0.5)
    assert not other_species(twice, DOG_BOX, 0.85)
    assert not other_species(twice, CAT_BOX, 0.1)


def test_photos_are_seen_as_the_app_shows_them() -> None:
    photo = np.full((160, 320, 3), 200, np.uint8)
    canvas, placement = as_seen(photo)
    assert canvas.shape == (320, 320, 3)
    assert (canvas[:80] == 114).all()
    assert (canvas[80:240] == 200).all()
    np.testing.assert_allclose(placement.to_photo(np.array([[0.0, 80.0], [320.0, 240.0]])), [[0, 0], [320, 160]])


def test_cached_maps_come_back_in_their_places(tmp_path: Path) -> None:
    strides, size = (16, 32), 64
    maps = [torch.rand(2, CHANNELS[s], size // s, size // s) for s in strides]
    rows = torch.cat([m.permute(0, 2, 3, 1).reshape(2, -1) for m in maps], 1)
    np.save(tmp_path / "maps.npy", rows.half().numpy())
    cached = CachedMaps(tmp_path / "maps.npy", strides, size)
    assert len(cached) == 2
    for ours, theirs in zip(cached.maps(slice(1, 2)), maps, strict=True):
        torch.testing.assert_close(ours.float(), theirs[1:], rtol=1e-2, atol=1e-2)


def small_batch() -> DetectionBatch:
    torch.manual_seed(1)
    maps = [torch.randn(2, CHANNELS[stride], 160 // stride, 160 // stride) for stride in (8, 16, 32)]
    box, kind = torch.tensor([[20.0, 10, 70, 80]]), torch.tensor([CAT_BOX])
    return DetectionBatch(maps, [box] * 2, [kind] * 2, torch.ones(2, len(LABELS), dtype=torch.bool), 160)


CRITERIA: list[tuple[Callable[..., Any], Callable[[Any], Any]]] = [
    (yolo_mini, YoloCriterion),
    (detr_mini, DetrCriterion),
]


@pytest.mark.parametrize(("builder", "criterion_of"), CRITERIA)
def test_a_few_steps_lower_the_loss(builder: Callable[..., Any], criterion_of: Callable[[Any], Any]) -> None:
    torch.manual_seed(0)
    model = builder(trunk=GivenMaps()).train()
    criterion, batch = criterion_of(model), small_batch()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(8):
        torch.manual_seed(0)  # the same denoising queries
        loss = criterion(batch)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.9 * losses[0]


def test_unknown_classes_teach_nothing() -> None:
    loss = KnownClassesBce()
    loss.known = torch.tensor([[True, False]])
    logits = torch.zeros(1, 3, 2, requires_grad=True)
    each = loss(logits, torch.ones(1, 3, 2))
    each.sum().backward()
    assert each[..., 1].abs().sum() == 0
    assert logits.grad is not None
    assert logits.grad[..., 1].abs().sum() == 0
    assert logits.grad[..., 0].abs().sum() > 0


@pytest.mark.parametrize(("builder", "criterion_of"), CRITERIA)
def test_hiding_a_class_that_is_nowhere_lowers_the_loss(
    builder: Callable[..., Any], criterion_of: Callable[[Any], Any]
) -> None:
    torch.manual_seed(0)
    model = builder(trunk=GivenMaps()).train()
    criterion, batch = criterion_of(model), small_batch()
    hidden = DetectionBatch(batch.maps, batch.boxes, batch.classes, batch.known.clone(), batch.size)
    hidden.known[:, LABELS.index("bus")] = False
    losses = []
    for each in (batch, hidden):
        torch.manual_seed(0)
        losses.append(float(criterion(each).detach()))
    assert losses[1] < losses[0]


def test_every_parameter_is_trained_once_and_averaged_once() -> None:
    model = detr_mini(trunk=GivenMaps())
    groups = parameter_groups(model, 1e-3, 0.01, [(model.model.encoder.layers, 3e-4)])
    listed = [id(p) for group in groups for p in group["params"]]
    assert sorted(listed) == sorted(id(p) for p in model.parameters())
    assert {group["peak"] for group in groups} == {1e-3, 3e-4}
    average, other = copy.deepcopy(model), copy.deepcopy(model)
    with torch.no_grad():
        for p in other.parameters():
            p.add_(1.0)
    blend(average, other, keep=0.75)
    for kept, old in zip(average.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(kept, old + 0.25)


def test_the_upper_trunk_gives_the_whole_trunk_s_maps_and_learns_from_stride_8_on() -> None:
    trunk, whole = UpperTrunk(), LiteTrunk()
    whole.load_state_dict(trunk_state())
    before = copy.deepcopy(trunk.state_dict())
    with torch.no_grad():
        maps = whole(torch.rand(2, 3, 96, 96))
    trunk.hold([maps[0], *(torch.full_like(each, torch.nan) for each in maps[1:])])
    found = trunk(torch.zeros(()))
    for mine, theirs in zip(found, maps, strict=True):
        torch.testing.assert_close(mine, theirs)
    optimiser = torch.optim.SGD(trunk.parameters(), lr=1e-3)
    sum(each.square().mean() for each in found[1:]).backward()
    optimiser.step()
    moved = {name for name, each in trunk.state_dict().items() if not torch.equal(each, before[name])}
    upper = {f"features.blocks.{name}" for name, _ in whole.features.blocks.named_parameters() if int(name[0]) >= 3}
    assert moved == upper


def write_cache(folder: Path, number: int, count: int) -> None:
    """`count` views, the maps of view i of file f all 10 f + i, each with one box whose class is i."""
    rows = np.full((count, row_length((8, 16, 32))), 10 * number, np.float16) + np.arange(count)[:, None]
    np.save(folder / f"maps_{number:02d}.npy", rows.astype(np.float16))
    np.savez(
        folder / f"labels_{number:02d}.npz",
        off=np.arange(count + 1),
        box=np.tile(np.float32([[10, 20, 30, 40]]), (count, 1)),
        cls=np.arange(count),
        known=np.ones((count, len(LABELS)), bool),
    )


def test_every_cached_view_comes_once_and_finished_files_join_at_the_next_round(tmp_path: Path) -> None:
    write_cache(tmp_path, 0, 4)
    batches = iter(CachedBatches(tmp_path, batch=2, seed=0))
    first = next(batches)
    write_cache(tmp_path, 1, 2)
    rounds = [first, next(batches)], [next(batches) for _ in range(3)]
    for found, wanted in zip(rounds, ({0, 1, 2, 3}, {0, 1, 2, 3, 10, 11}), strict=True):
        assert {float(row.flatten()[0]) for batch in found for row in batch.maps[1]} == wanted
        for batch in found:
            assert [float(row.max()) % 10 for row in batch.maps[0]] == [float(c) for c in batch.classes]


@needs_packs
def test_packs_hold_the_boxes_that_the_cards_count() -> None:
    held_out = read_human_boxes(PACKS, "val")
    counts = {"human_coco": 64, "human_pets": 60, "human_pennfudan": 17, "street": 200, "coco_b": 18}
    assert {name: len(pool) for name, pool in held_out.items()} == counts
    classes = np.concatenate([photo.classes for pool in held_out.values() for photo in pool])
    assert [int((classes == c).sum()) for c in range(len(LABELS))] == [371, 40, 22, 117, 83, 80, 88]
    for pool in held_out.values():
        for photo in pool:
            height, width = photo.rgb.shape[:2]
            assert (photo.boxes[:, 2:] <= np.array([width, height]) + 1).all()


def test_a_card_says_where_a_mean_of_weights_ships(tmp_path: Path) -> None:
    assert ships(tmp_path) == {}
    (tmp_path / "settings.json").write_text('{"seed": 3}')
    assert ships(tmp_path) == {}
    (tmp_path / "settings.json").write_text('{"seed": 3, "ships": "the mean"}')
    assert ships(tmp_path) == {"ships": "the mean"}
