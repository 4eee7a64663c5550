"""A mask carried through a clip: nearest anchors, both ways, alarms by hand, and the bundled segmenter on cut-outs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vizcore.photo import Photo
from vizcore.results import Provenance
from vizcore.segmentation.prompts import Prompts
from vizcore.segmentation.rle import encode
from vizcore.tracking.carried import (
    Anchor,
    PropagatedMasks,
    PropagateSettings,
    drift_alarms,
    nearest_anchor,
    true_ious,
)
from vizcore.tracking.cutouts import CutoutSettings, cutout_clip, cutouts_available
from vizcore.tracking.mask_motion import alike, colours, inner_points, shift_between, shifted
from vizcore.tracking.propagation import propagate


def masks_of(areas: list[int], quality: list[float], anchors: tuple[int, ...] = (1,), **signals: list[float]) -> Any:
    """Masks of a picture of 10 x 10 whose first pixels are set."""
    pictures = [(np.arange(100) < area).reshape(10, 10) for area in areas]
    place, looks = (np.array(signals.get(name, [1.0] * len(areas))) for name in ("agreement", "likeness"))
    return PropagatedMasks(
        Provenance(), tuple(encode(each) for each in pictures), np.array(quality), place, looks, np.array(areas),
        np.zeros((len(areas), 4)), anchors,
    )  # fmt: skip


def test_a_shift_is_seen_and_a_plain_ground_shows_none() -> None:
    grain = np.random.default_rng(0).integers(0, 256, (15, 20, 3), dtype=np.uint8)
    rgb = np.kron(grain, np.ones((8, 8, 1), np.uint8))
    mask = np.zeros((120, 160), dtype=bool)
    mask[30:90, 40:110] = True
    found = shift_between(Photo(rgb, "a"), Photo(np.roll(rgb, (-3, 5), (0, 1)), "b"), mask)
    assert found is not None
    np.testing.assert_allclose(found, (5, -3), atol=0.2)
    plain = Photo(np.full_like(rgb, 128), "plain")
    assert shift_between(plain, plain, mask) is None


def test_a_mask_moves_and_leaves() -> None:
    mask = np.zeros((4, 5), dtype=bool)
    mask[1:3, 1:3] = True
    assert np.argwhere(shifted(mask, (2.4, -0.6))).tolist() == [[0, 3], [0, 4], [1, 3], [1, 4]]
    assert not shifted(mask, (40.0, 0.0)).any()
    np.testing.assert_array_equal(shifted(mask, (0.0, 0.0)), mask)


def test_points_lie_deep_inside() -> None:
    mask = np.zeros((9, 20), dtype=bool)
    mask[2:7, 2:7] = mask[2:7, 12:17] = True
    assert sorted(inner_points(mask, 2)) == [(4.5, 4.5), (14.5, 4.5)]
    assert inner_points(np.zeros((3, 3), dtype=bool), 2) == ()


def test_colours_are_compared() -> None:
    rgb = np.zeros((4, 4, 3), np.uint8)
    rgb[:2] = 255
    photo = Photo(rgb, "halves")
    white, whole = np.arange(16).reshape(4, 4) < 8, np.ones((4, 4), dtype=bool)
    one, both = colours(photo, white), colours(photo, whole)
    assert (alike(one, one), alike(one, both), alike(one, colours(photo, ~white))) == (1.0, 0.5, 0.0)
    assert colours(photo, ~whole).sum() == 0


def test_the_nearer_anchor_carries_a_frame() -> None:
    assert [nearest_anchor(frame, (2, 7)) for frame in range(1, 9)] == [2, 2, 2, 2, 7, 7, 7, 7]
    assert nearest_anchor(3, (2, 4)) == 2


def test_alarms_by_hand() -> None:
    found = drift_alarms(masks_of([40, 40, 20, 20, 0, 95], [0.9, 0.9, 0.9, 0.6, 0.9, 0.9]), (10, 10))
    assert found == {3: ["area"], 4: ["quality"], 5: ["lost"], 6: ["fills"]}
    assert drift_alarms(masks_of([40, 40], [0.9, 0.9]), (10, 10)) == {}
    signals = masks_of([40] * 4, [0.9] * 4, agreement=[np.nan, 0.5, 0.7, 0.7], likeness=[np.nan, 0.9, 0.4, 0.9])
    assert drift_alarms(signals, (10, 10)) == {2: ["place"], 3: ["looks"]}
    slow = masks_of([72, 50, 34, 23], [0.9] * 4)
    assert drift_alarms(slow, (10, 10)) == {4: ["area"]}, "no jump, but a third of what was shown"


def test_backwards_the_frame_after_is_the_one_before() -> None:
    assert drift_alarms(masks_of([20, 40, 40], [0.9] * 3, (3,)), (10, 10)) == {1: ["area"]}


@pytest.mark.parametrize("frames", [(), (0,), (2, 2)])
def test_anchors_are_checked(frames: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="anchors"):
        PropagateSettings(tuple(Anchor(frame, Prompts(box_xyxy=(0, 0, 2, 2))) for frame in frames))


@pytest.mark.skipif(not cutouts_available(), reason="the photos that the objects are cut from are not here")
def test_the_bundled_segmenter_follows_and_a_correction_goes_both_ways() -> None:
    from vizcore.engine import shared_engine

    clip = cutout_clip(CutoutSettings(frames=12))
    truth = clip.truth
    assert truth is not None
    rows = np.flatnonzero(truth.table.ids == 4)  # the cat

    def anchor(row: int) -> Anchor:
        x0, y0, x1, y1 = truth.table.boxes_xyxy[row].tolist()
        return Anchor(int(truth.table.frames[row]), Prompts(box_xyxy=(x0, y0, x1, y1)))

    def carried(*anchors: Anchor) -> PropagatedMasks:
        found = shared_engine().run(propagate, "sam-mini", clip.frames, PropagateSettings(anchors))
        assert isinstance(found, PropagatedMasks)
        return found

    once, again = carried(anchor(rows[0])), carried(anchor(rows[0]), anchor(rows[8]))
    first, second = (true_ious(each, truth, 4) for each in (once, again))
    assert all(value is not None for value in first)
    assert np.mean([value for value in first[:4] if value is not None]) > 0.5
    assert second[:4] == first[:4], "frames nearer to the first anchor stay as they were"
    assert again.anchors == (int(truth.table.frames[rows[0]]), int(truth.table.frames[rows[8]]))
    assert once.to_json()["rles"][0]["size"] == [320, 480]
