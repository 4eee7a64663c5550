"""Moving scenes: the truth fits the pixels, identities stay, and the same settings give the same bytes."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.scenes.painting import background
from vizcore.tracking.clip import Clip, ClipTruth
from vizcore.tracking.compose import Actor, composed
from vizcore.tracking.cutouts import CutoutSettings, cutout_clip, cutouts_available
from vizcore.tracking.drawn import HEIGHT, WIDTH, MovingSettings, drawn_clip
from vizcore.tracking.paths import MOTIONS, ways


def truth_of(clip: Clip) -> ClipTruth:
    assert clip.truth is not None
    return clip.truth


def square(label: int, path: list[tuple[int, int]], depth: float, here: list[bool] | None = None) -> Actor:
    return Actor(
        np.ones((4, 4)), np.full((4, 4, 3), 200.0), label, np.array(path), np.full(len(path), depth),
        np.ones(len(path), bool) if here is None else np.array(here),
    )  # fmt: skip


def test_two_squares_by_hand() -> None:
    """The near one walks over the far one: covered in frame 2, half out of the picture in frame 3."""
    far = square(0, [(2, 2), (2, 2), (2, 2)], 1)
    near = square(1, [(8, 2), (2, 2), (-2, 2)], 2)
    _photos, truth = composed(np.zeros((10, 12, 3)), [far, near], 3, ("a", "b"), "x")
    rows = list(
        zip(truth.table.frames.tolist(), truth.table.ids.tolist(), truth.table.boxes_xyxy.tolist(), strict=True)
    )
    assert rows == [
        (1, 1, [2, 2, 6, 6]), (1, 2, [8, 2, 12, 6]), (2, 2, [2, 2, 6, 6]), (3, 1, [2, 2, 6, 6]), (3, 2, [0, 2, 2, 6])
    ]  # fmt: skip
    assert truth.table.classes.tolist() == [0, 1, 1, 0, 1]
    assert [int(mask.decode().sum()) for mask in truth.masks] == [16, 16, 16, 16, 8]


def test_an_object_that_is_not_there_has_no_box() -> None:
    photos, truth = composed(np.zeros((10, 12, 3)), [square(0, [(2, 2)] * 2, 1, [False, True])], 2, ("a",), "x")
    assert truth.table.frames.tolist() == [2]
    assert not photos[0].rgb.any()


@pytest.mark.parametrize("motion", MOTIONS)
def test_drawn_clip_has_exact_truth(motion: str) -> None:
    clip = drawn_clip(MovingSettings(seed=2, frames=12, motion=motion))  # type: ignore[arg-type]
    truth = truth_of(clip)
    assert (len(clip), clip.size_wh, clip.seconds) == (12, (WIDTH, HEIGHT), 1.2)
    assert len(truth.masks) == len(truth.table)
    ground = np.clip(np.rint(background((HEIGHT, WIDTH), np.random.default_rng([2, 0]))), 0, 255)
    for row, mask in enumerate(truth.masks):
        x0, y0, x1, y1 = truth.table.boxes_xyxy[row].astype(int)
        pixels = mask.decode()
        assert pixels[y0:y1, x0:x1].sum() == pixels.sum(), "visible pixels lie in the box"
        changed = np.abs(clip.frames[truth.table.frames[row] - 1].rgb - ground).sum(axis=2) > 0
        assert changed[pixels].mean() > 0.9, "an object is another colour than the ground"
    for who in np.unique(truth.table.ids):
        assert len(np.unique(truth.table.classes[truth.table.ids == who])) == 1


def test_the_same_settings_give_the_same_bytes() -> None:
    settings = MovingSettings(seed=5, frames=6)
    first = drawn_clip(settings)
    drawn_clip.cache_clear()
    assert drawn_clip(settings).sha256 == first.sha256
    assert drawn_clip(MovingSettings(seed=6, frames=6)).sha256 != first.sha256


@pytest.mark.skipif(not cutouts_available(), reason="the photos that the objects are cut from are not here")
def test_cutouts_cross_and_keep_their_identities() -> None:
    clip = cutout_clip(CutoutSettings(frames=30))
    truth = truth_of(clip)
    names = {int(who): {truth.class_names[kind] for kind in truth.table.classes[truth.table.ids == who]}
             for who in np.unique(truth.table.ids)}  # fmt: skip
    assert names == {1: {"bus"}, 2: {"person"}, 3: {"person"}, 4: {"cat"}}
    one, other = (truth.table.boxes_xyxy[truth.table.ids == who][:, 0] for who in (3, 2))
    assert one[0] < other[0]
    assert one[-1] > other[-1]


def test_crossing_pairs_meet_and_lanes_enter() -> None:
    sizes = np.full((2, 2), 40.0)
    one, other = ways("crossing", sizes, (WIDTH, HEIGHT), 40, 8.0, 0)
    assert (one.path[:, 0] - other.path[:, 0])[[0, -1]].prod() < 0
    assert not all(way.here.all() for way in ways("lanes", np.full((4, 2), 40.0), (WIDTH, HEIGHT), 60, 10.0, 0))
    for way in ways("wandering", sizes, (WIDTH, HEIGHT), 200, 12.0, 1):
        assert way.path.min() >= 0
        assert (way.path <= np.array([WIDTH, HEIGHT]) - 40).all()


@pytest.mark.parametrize("wrong", [{"objects": 0}, {"frames": 500}, {"speed": 0.0}, {"fps": 99.0}])
def test_limits_of_the_settings(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        MovingSettings(**wrong)  # type: ignore[arg-type]


def test_a_clip_needs_frames_of_one_size() -> None:
    small, large = (drawn_clip(MovingSettings(frames=4)).frames[0] for _ in range(2))
    with pytest.raises(ValueError, match="one size"):
        Clip((), 10.0, "none")
    with pytest.raises(ValueError, match="fps"):
        Clip((small, large), 0.0, "still")
