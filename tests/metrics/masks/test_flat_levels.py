"""Which pixels lie between their neighbours, and which have no other level around: against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.metrics.masks.flat_levels import ROWS, block_counts, level_counts, soft_counts

STEP = np.array([[0, 0, 4, 9, 9], [0, 0, 4, 9, 9], [0, 0, 4, 9, 9]], np.uint8)


def test_a_step_of_grey() -> None:
    assert np.flatnonzero(soft_counts(STEP, STEP)).tolist() == [4]
    blocks = block_counts(STEP)
    assert (blocks[0], blocks[4], blocks[9]) == (3, 0, 3)


def test_heights_may_be_others_than_the_levels() -> None:
    assert not soft_counts(STEP, np.where(STEP == 4, 9, STEP).astype(np.uint8)).any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (ROWS, 3), (ROWS + 1, 5), (2 * ROWS + 3, 4)])
def test_blocks_of_rows_meet(size: tuple[int, int], dtype: type) -> None:
    levels = np.random.default_rng(0).integers(0, 4, size).astype(dtype)
    wide = np.pad(levels, 1, mode="edge")
    around = np.stack([wide[y : y + size[0], x : x + size[1]] for y in range(3) for x in range(3)])
    low, high = around.min(axis=0), around.max(axis=0)
    for found, chosen in (
        (level_counts(levels), levels >= 0),
        (soft_counts(levels, levels), (low < levels) & (levels < high)),
        (block_counts(levels), low == high),
    ):
        np.testing.assert_array_equal(found[:4], np.bincount(levels[chosen], minlength=4))
        assert found.sum() == chosen.sum()
