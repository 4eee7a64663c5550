"""Does a caption stand under its picture, which itself stays as it is?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.figures.box_labels import text_tile
from vizcore.figures.picture_caption import MARGIN_PX, NARROWEST_PX, PAPER, SMALLEST_PX, captioned

TEXT = "cat · CNN mini · Grad-CAM · Égyptian cat · layer4"


@pytest.mark.parametrize("width", [1, 40, 200, 1000])
def test_the_picture_stays_and_the_text_is_below(width: int) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (30, width, 3), dtype=np.uint8)
    found = captioned(rgb, TEXT)
    assert np.array_equal(found[:30, :width], rgb)
    assert found.shape[1] == max(width, NARROWEST_PX)
    assert (found[:30, width:] == 255).all()
    below = found[30:]
    assert (below < 100).any()  # ink
    assert (below[0] == 255).all()  # on white


@pytest.mark.parametrize("width", [1, 40, 59, 60, 300])
def test_no_word_is_cut(width: int) -> None:
    """Line by line what stands below is the words of the text, whole, with the margin on their right."""
    words = ["a_photo_whose_name_is_one_long_word_of_sixty_letters_or_so.jpeg", "CNN"]
    found = captioned(np.zeros((5, width, 3), np.uint8), " ".join(words))
    top = 5 + MARGIN_PX
    for word in words:
        tile = text_tile(word, SMALLEST_PX, PAPER)
        assert np.array_equal(found[top : top + len(tile), MARGIN_PX : MARGIN_PX + tile.shape[1]], tile)
        top += len(tile)
    assert (found[5:, -MARGIN_PX:] == 255).all()
    assert len(found) == top + MARGIN_PX


def test_a_narrow_picture_has_more_lines() -> None:
    heights = [captioned(np.zeros((5, width, 3), np.uint8), TEXT).shape[0] for width in (150, 600)]
    assert heights[0] > heights[1]


def test_nothing_to_say_changes_nothing() -> None:
    rgb = np.zeros((5, 6, 3), np.uint8)
    assert captioned(rgb, "  ") is rgb
