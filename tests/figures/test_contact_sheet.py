"""Are the pictures of a contact sheet all there, in their rows, and as they were?"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vizcore.figures.contact_sheet import WIDEST_ASPECT, contact_sheet, fitting_scale
from vizcore.figures.picture_caption import NARROWEST_PX, captioned


def plain(height: int, width: int, value: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), value, np.uint8)


def test_two_rows_by_hand() -> None:
    sheet = contact_sheet([[(plain(2, 3, 1), ""), (plain(1, 2, 2), "")], [], [(plain(1, 1, 3), "")]])
    assert sheet[..., 0].tolist() == [[1, 1, 1, 2, 2], [1, 1, 1, 255, 255], [3, 255, 255, 255, 255]]
    assert np.array_equal(sheet[..., 0], sheet[..., 2])


def test_a_caption_stands_under_its_picture() -> None:
    sheet = contact_sheet([[(plain(20, 200, 7), "one"), (plain(20, 200, 9), "two")]])
    assert sheet.shape[0] > 20
    assert (sheet[:20, :200] == 7).all()
    assert (sheet[:20, 200:] == 9).all()
    assert (sheet[20:, :200] < 100).any()
    assert (sheet[20:, 200:] < 100).any()


def test_a_caption_of_a_strip_is_whole_and_leaves_its_neighbour_alone() -> None:
    sheet = contact_sheet([[(plain(32, 4, 1), "a strip of a photo"), (plain(32, 200, 2), "two")]])
    left = captioned(plain(32, 4, 1), "a strip of a photo")
    assert left.shape[1] == NARROWEST_PX
    assert sheet.shape[1] == NARROWEST_PX + 200
    assert np.array_equal(sheet[: len(left), :NARROWEST_PX], left)
    assert (sheet[:32, 4:NARROWEST_PX] == 255).all()
    assert (sheet[:32, NARROWEST_PX:] == 2).all()


def test_one_height_for_all_keeps_their_shapes() -> None:
    sheet = contact_sheet([[(plain(4, 8, 1), ""), (plain(10, 5, 2), "")]], height=8)
    assert sheet.shape == (8, 16 + 4, 3)
    assert sheet[0, :, 0].tolist() == [1] * 16 + [2] * 4


@pytest.mark.parametrize(("size", "expected"), [((1, 768), (1, 768)), ((40, 800), (6, 120)), ((768, 1), (32, 1))])
def test_a_strip_is_not_made_as_wide_as_its_height_asks(size: tuple[int, int], expected: tuple[int, int]) -> None:
    sheet = contact_sheet([[(plain(*size, 1), ""), (plain(16, 16, 2), "")]], height=32)
    assert sheet.shape == (32, expected[1] + 32, 3)
    assert (sheet[..., 0] == 1).sum() == expected[0] * expected[1]
    assert expected[1] <= max(WIDEST_ASPECT * 32, size[1]), "it grows no wider than that"


def test_without_pictures_there_is_no_sheet() -> None:
    with pytest.raises(ValueError, match="expected pictures"):
        contact_sheet([[], []])


def test_many_large_pictures_shrink_to_fit_a_sheet() -> None:
    rows = [[(400, 100), (200, 300)], [], [(100, 100)]]  # 600 wide, 300 + 100 high
    assert fitting_scale(rows, 240_000) == 1.0
    assert fitting_scale(rows, 60_000) == 0.5
    assert fitting_scale([], 10) == fitting_scale([[]], 10) == 1.0
    sheet = contact_sheet((((plain(h, w, 7), "") for w, h in row) for row in rows), scale=0.5)
    assert sheet.shape == (200, 300, 3)
