"""Each repair by hand on small masks, the order of several, and what each changed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from skimage import morphology

from vizcore.errors import SettingOutOfRange
from vizcore.segmentation.cleanup import (
    CLEANUPS,
    CleanStep,
    clean,
    fill_holes,
    largest_component,
    remove_specks,
    smooth,
    threshold,
)


def drawn(*rows: str) -> np.ndarray:
    return np.array([[letter == "#" for letter in row] for row in rows])


RING_AND_SPECK = drawn(
    ".......#",
    ".####...",
    ".#..#...",
    ".####...",
    "........",
)

TABLE = {
    "largest_component": (largest_component, 0.0, drawn("........", ".####...", ".#..#...", ".####...", "........")),
    "fill_holes": (fill_holes, 2.0, drawn(".......#", ".####...", ".####...", ".####...", "........")),
    "small holes only": (fill_holes, 1.0, RING_AND_SPECK),
    "specks": (remove_specks, 2.0, drawn("........", ".####...", ".#..#...", ".####...", "........")),
    "all are specks": (remove_specks, 99.0, np.zeros((5, 8), bool)),
    "no smoothing": (smooth, 0.0, RING_AND_SPECK),
}


@pytest.mark.parametrize("name", TABLE)
def test_by_hand(name: str) -> None:
    function, value, expected = TABLE[name]
    before = RING_AND_SPECK.copy()
    np.testing.assert_array_equal(function(RING_AND_SPECK, value), expected)
    np.testing.assert_array_equal(RING_AND_SPECK, before)


@pytest.mark.parametrize("name", [name for name in CLEANUPS if name != "threshold"])
@pytest.mark.parametrize("value", [False, True], ids=["empty", "full"])
def test_empty_and_full_masks_stay(name: str, value: bool) -> None:
    mask = np.full((6, 9), value)
    (stage,) = clean(mask, [CleanStep(name, CLEANUPS[name].default if name != "minimum_area" else 5.0)])
    np.testing.assert_array_equal(stage.mask, mask)
    assert (stage.added, stage.removed) == (0, 0)


def test_corners_join_the_object_and_not_the_background() -> None:
    assert largest_component(drawn("#.", ".#")).sum() == 2
    diamond = drawn(".#.", "#.#", ".#.")
    assert fill_holes(diamond).sum() == 5


def test_random_masks_against_scipy_and_skimage() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        mask = ndimage.gaussian_filter(rng.random((70, 90)), 2) > 0.5
        np.testing.assert_array_equal(fill_holes(mask), ndimage.binary_fill_holes(mask))
        np.testing.assert_array_equal(
            remove_specks(mask, 30), morphology.remove_small_objects(mask, max_size=29, connectivity=2)
        )
        labels, count = ndimage.label(mask, np.ones((3, 3)))
        areas = ndimage.sum_labels(mask, labels, range(1, count + 1))
        assert largest_component(mask).sum() == areas.max()


def test_steps_follow_one_another_and_say_what_they_changed() -> None:
    steps = [CleanStep("fill_holes", 10.0), CleanStep("largest_component")]
    filled, largest = clean(RING_AND_SPECK, steps)
    assert (filled.added, filled.removed) == (2, 0)
    assert (largest.added, largest.removed) == (0, 1)
    assert largest.mask.sum() == 12
    assert clean(RING_AND_SPECK, []) == ()


def test_threshold_begins_anew_from_the_logits() -> None:
    logits = np.array([[-2.0, 0.5, 3.0]])
    (stage,) = clean(logits > 0, [CleanStep("threshold", 1.0)], logits)
    assert stage.mask.tolist() == [[False, False, True]]
    assert (stage.added, stage.removed) == (0, 1)
    assert threshold(logits, -3.0).all()
    with pytest.raises(ValueError, match="expected logits"):
        clean(logits > 0, [CleanStep("threshold", 1.0)])


def test_smoothing_keeps_a_large_disc_and_drops_a_whisker() -> None:
    y, x = np.mgrid[:80, :80]
    disc = (y - 40) ** 2 + (x - 40) ** 2 < 25**2
    whisker = disc.copy()
    whisker[40, 64:79] = True
    rounded = smooth(whisker, 3.0)
    assert not rounded[40, 75]
    assert (rounded & disc).sum() / (rounded | disc).sum() > 0.98


@pytest.mark.parametrize("step", [CleanStep("smooth", 99.0), CleanStep("minimum_area", -1.0)])
def test_values_have_limits(step: CleanStep) -> None:
    with pytest.raises(SettingOutOfRange):
        clean(RING_AND_SPECK, [step])


def test_unknown_step() -> None:
    with pytest.raises(ValueError, match="expected one of threshold"):
        clean(RING_AND_SPECK, [CleanStep("iron")])
