"""Are near-twins kept on one side, is every class on both, and does an old split stay as it was?"""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.tiny_models import noise_photo
from vizcore.errors import ClassTooSmall
from vizcore.learning.split import TEST, TRAIN, VALIDATION, SplitSettings, split_photos
from vizcore.learning.twins import burst_of, joined, photo_groups, thumbnail_vector, twin_pairs
from vizcore.photo import Photo

LABELS = ("mug", "stapler")


def alone(count: int) -> np.ndarray:
    return np.arange(count)


def test_shares_worked_by_hand() -> None:
    classes = np.array([0] * 10 + [1] * 20)
    split = split_photos(classes, alone(30), LABELS)
    assert split.counts == {"train": 18, "validation": 6, "test": 6}
    assert [(classes[split.rows(TEST)] == place).sum() for place in (0, 1)] == [2, 4]
    assert split.moved == ()


@pytest.mark.parametrize("seed", range(20))
def test_no_group_is_on_two_sides(seed: int) -> None:
    random = np.random.default_rng(seed)
    classes = np.sort(random.integers(0, 3, 60))
    groups = classes * 100 + random.integers(0, 6, 60)
    split = split_photos(classes, groups, ("a", "b", "c"), SplitSettings(seed=seed))
    for group in set(groups.tolist()):
        assert len(set(split.parts[groups == group].tolist())) == 1
    assert set(split.parts.tolist()) <= {TRAIN, VALIDATION, TEST}


def test_planted_twins_are_found_kept_together_and_named() -> None:
    photos = [noise_photo(seed=seed) for seed in range(24)]
    for place in range(0, 12, 2):  # a twin: smaller, brighter, or mirrored
        small = Image.fromarray(photos[place].rgb).resize((120, 90))
        rgb = np.clip(np.asarray(small, np.int16) + 12, 0, 255).astype(np.uint8)
        photos[place + 1] = Photo(rgb[:, ::-1] if place % 4 else rgb, f"twin {place}")
    groups = photo_groups(photos)
    assert len(set(groups.tolist())) == 18
    classes = np.array([0] * 12 + [1] * 12)
    moved = 0
    for seed in range(10):
        split = split_photos(classes, groups, LABELS, SplitSettings(seed=seed))
        assert all(split.parts[place] == split.parts[place + 1] for place in range(0, 12, 2))
        assert all(row < 12 for row in split.moved)
        moved += len(split.moved)
    assert moved  # a split photo by photo would have leaked


def test_one_group_cannot_teach_and_judge() -> None:
    with pytest.raises(ClassTooSmall) as caught:
        split_photos(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 2]), LABELS)
    assert caught.value.values == {"label": "mug", "needed": 2, "given": 1, "photos": 3}


def test_two_photos_a_class_are_just_enough() -> None:
    split = split_photos(np.array([0, 0, 1, 1]), alone(4), LABELS)
    assert split.counts == {"train": 2, "validation": 0, "test": 2}


def test_a_frozen_test_stays_when_photos_come_and_change_class() -> None:
    classes = np.array([0] * 10 + [1] * 10)
    first = split_photos(classes, alone(20), LABELS)
    frozen = dict(enumerate(first.parts.tolist()))
    more = np.concatenate([classes, [0] * 10])
    more[0] = 1  # relabelled
    second = split_photos(more, alone(30), LABELS, SplitSettings(seed=99), frozen)
    assert (second.parts[:20] == first.parts).all()
    assert (second.parts[20:] == TEST).sum() >= 1


@pytest.mark.parametrize("part", [TEST, TRAIN])
@pytest.mark.parametrize("moved", [True, False])
@pytest.mark.parametrize("photos", [2, 5, 10])
def test_a_class_that_lost_its_last_photo_of_a_part_is_given_another(part: int, moved: bool, photos: int) -> None:
    classes = np.array([0] * 12 + [1] * photos)
    first = split_photos(classes, alone(len(classes)), LABELS).parts
    lost = (classes == 1) & (first == part)
    kept = np.flatnonzero(~lost | moved)
    parts, now = first[kept], np.where(lost, 0, classes)[kept]
    frozen = dict(enumerate(parts.tolist()))
    if sum(now == 1) < 2:
        with pytest.raises(ClassTooSmall) as caught:
            split_photos(now, alone(len(now)), LABELS, frozen=frozen)
        assert caught.value.values["given"] == 1
        return
    split = split_photos(now, alone(len(now)), LABELS, frozen=frozen)
    changed = np.flatnonzero(split.parts != parts)
    assert {TRAIN, TEST} <= set(split.parts[now == 1].tolist())
    assert [(now[row], split.parts[row]) for row in changed] == [(1, part)]
    assert parts[changed] == (VALIDATION if VALIDATION in parts[now == 1] else TRAIN if part == TEST else TEST)


def test_a_class_of_validation_photos_alone_gets_both_parts() -> None:
    classes = np.array([0, 0, 0, 1, 1, 1])
    frozen = dict(enumerate([TRAIN, VALIDATION, TEST, VALIDATION, VALIDATION, VALIDATION]))
    split = split_photos(classes, alone(6), LABELS, frozen=frozen)
    assert sorted(split.parts[3:].tolist()) == [TRAIN, VALIDATION, TEST]
    assert split.parts[:3].tolist() == [TRAIN, VALIDATION, TEST]
    assert split.key != split_photos(classes, alone(6), LABELS, SplitSettings(test_share=0.5)).key


def test_a_twin_of_a_frozen_test_photo_joins_the_test() -> None:
    classes = np.array([0] * 6 + [1] * 6 + [0])
    groups = alone(13)
    first = split_photos(classes[:12], groups[:12], LABELS)
    tested = int(first.rows(TEST)[0])
    groups[12] = groups[tested]
    second = split_photos(classes, groups, LABELS, frozen=dict(enumerate(first.parts.tolist())))
    assert second.parts[12] == TEST


def test_nothing_is_alike_among_nothing() -> None:
    assert photo_groups([]).shape == (0,)
    assert joined(3, [(2, 1)]).tolist() == [0, 1, 1]


def test_a_flat_picture_has_no_twin() -> None:
    flat = thumbnail_vector(np.full((30, 40, 3), 200, np.uint8))
    assert not flat.any()
    assert twin_pairs(np.stack([flat, flat])) == []


@pytest.mark.parametrize(
    ("name", "burst"), [("IMG_7_BURST003.jpg", "img_7"), ("mug burst 2 - 04.jpg", "mug"), ("mug.jpg", "")]
)
def test_names_of_bursts(name: str, burst: str) -> None:
    assert burst_of(name) == burst


def test_a_burst_is_one_group_however_it_looks() -> None:
    photos = [noise_photo(seed=seed) for seed in range(4)]
    assert photo_groups(photos, ["b1", "b1", "", "b1"]).tolist() == [0, 0, 2, 0]
