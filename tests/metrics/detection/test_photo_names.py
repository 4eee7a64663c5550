"""Does each photo come to the picture of its name, and only where its boxes would lie right?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.metrics.detection.dataset import Pictures
from vizcore.metrics.detection.photo_names import photos_by_name

NAMES = ("val/1.jpg", "val/2.JPG", "a/same.png", "b/same.png")


def pictures(width: int = 640, height: int = 480) -> Pictures:
    return Pictures(tuple(range(4)), np.array([(width, height)] * 4), NAMES)


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("val/1.jpg", 0),
        ("1.jpg", 0),
        ("elsewhere/1.JPG", 0),
        ("val\\2.jpg", 1),
        ("./b/same.png", 3),
        ("same.png", None),  # two pictures are called that
        ("3.jpg", None),
        ("", None),
    ],
)
def test_a_photo_comes_to_its_picture(name: str, row: int | None) -> None:
    found = photos_by_name(pictures(), [name], [(640, 480)])
    assert found.places == ({} if row is None else {row: 0})
    assert found.unknown == ((name,) if row is None else ())
    assert not found.misshapen


@pytest.mark.parametrize(
    ("size_wh", "fits"), [((1024, 768), True), ((341, 256), True), ((480, 640), False), ((640, 400), False)]
)
def test_a_smaller_photo_fits_and_a_turned_one_does_not(size_wh: tuple[int, int], fits: bool) -> None:
    found = photos_by_name(pictures(), ["1.jpg"], [size_wh])
    assert (bool(found.places), found.misshapen) == (fits, () if fits else ("1.jpg",))


def test_nothing_fits_a_picture_of_unknown_size_and_the_first_of_two_counts() -> None:
    assert photos_by_name(pictures(0, 0), ["1.jpg"], [(640, 480)]).misshapen == ("1.jpg",)
    assert photos_by_name(pictures(), ["1.jpg", "x/1.jpg"], [(640, 480)] * 2).places == {0: 0}
    assert photos_by_name(pictures(), [], []).places == {}
