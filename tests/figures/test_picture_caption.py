"""Does a caption stand under its picture, which itself stays as it is?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.figures.picture_caption import captioned

TEXT = "cat · CNN mini · Grad-CAM · Égyptian cat · layer4"


@pytest.mark.parametrize("width", [1, 40, 200, 1000])
def test_the_picture_stays_and_the_text_is_below(width: int) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (30, width, 3), dtype=np.uint8)
    found = captioned(rgb, TEXT)
    assert np.array_equal(found[:30], rgb)
    assert found.shape[1] == width
    below = found[30:]
    assert len(below)
    assert width < 40 or (below < 100).any()  # ink
    assert (below[0] == 255).all()  # on white


def test_a_narrow_picture_has_more_lines() -> None:
    heights = [captioned(np.zeros((5, width, 3), np.uint8), TEXT).shape[0] for width in (150, 600)]
    assert heights[0] > heights[1]


def test_nothing_to_say_changes_nothing() -> None:
    rgb = np.zeros((5, 6, 3), np.uint8)
    assert captioned(rgb, "  ") is rgb
