"""Outlines drawn by hand become masks in the photo's own pixels."""

from __future__ import annotations

import numpy as np

from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.canvas.outlines import Outline, mask_of, outline_of


def rectangle(x0: float, y0: float, x1: float, y1: float, positive: bool = True) -> Outline:
    return Outline(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), positive)


def test_a_rectangle_along_pixel_edges() -> None:
    mask = mask_of([rectangle(2.5, 1.5, 5.5, 3.5)], 8, 6)  # centres on its right and lower edge are outside
    assert np.flatnonzero(mask.any(axis=0)).tolist() == [2, 3, 4]
    assert np.flatnonzero(mask.any(axis=1)).tolist() == [1, 2]


def test_later_outlines_take_away_and_give_back() -> None:
    whole, hole, dot = rectangle(0, 0, 20, 20), rectangle(5, 5, 15, 15, positive=False), rectangle(9, 9, 11, 11)
    assert not mask_of([whole, hole], 20, 20)[10, 10]
    assert mask_of([whole, hole, dot], 20, 20)[10, 10]
    assert mask_of([whole, hole], 20, 20)[2, 2]


def test_nothing_drawn_and_outlines_over_the_edge() -> None:
    assert not mask_of([], 3, 2).any()
    assert mask_of([], 3, 2).shape == (2, 3)
    assert mask_of([rectangle(-50, -50, 50, 50)], 3, 2).all()
    assert mask_of([Outline(((0, 0), (1, 1), (0, 1)))], 1, 1).shape == (1, 1)


def test_only_outlines_are_outlines() -> None:
    path = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    assert outline_of(CanvasEvent("path", positive=False, path=path)) == Outline(path, False)
    assert outline_of(CanvasEvent("point")) is None
