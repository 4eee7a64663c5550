"""Does the learning curve's band reach from the worst to the best draw?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.figures.teach import Band, learning_bands


def test_a_band_reaches_from_the_worst_to_the_best_draw() -> None:
    accuracies = np.array([[0.5, 0.7, 0.6], [0.9, 0.8, 1.0]])  # of two sizes, three draws each
    figure = learning_bands([Band("CNN mini", (5, 10), accuracies, "#123456")])
    band, mean = figure.data
    assert list(zip(band.x, band.y, strict=True)) == [("5", 0.7), ("10", 1.0), ("10", 0.8), ("5", 0.5)]
    assert list(mean.y) == pytest.approx([0.6, 0.9])
    assert [tuple(each) for each in mean.customdata] == [(0.5, 0.7), (0.8, 1.0)]
    assert figure.layout.yaxis.range == pytest.approx((0.4, 1.02))


def test_sizes_of_several_models_stand_in_their_order_at_even_distances() -> None:
    few, more = (np.full((len(sizes), 2), 0.5) for sizes in ((5,), (5, 20)))
    figure = learning_bands([Band("a", (20,), few, "red"), Band("b", (5, 100), more, "blue")])
    assert list(figure.layout.xaxis.categoryarray) == ["5", "20", "100"]
    assert [each.name for each in figure.data if each.showlegend is None] == ["a", "b"]


def test_no_band_is_an_empty_plot() -> None:
    assert len(learning_bands([]).data) == 0
