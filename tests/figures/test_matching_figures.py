"""The matrix of Hungarian matching, seen: which queries are shown, where the frames lie, what the bars add up to."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.detection.matching import Matching, Queries, Truth, match
from vizcore.figures.matching import COSTS, cost_heatmap, cost_names, pair_bars, shown_queries
from vizcore.i18n import speaking

SIZE_WH = (100, 100)
NAMES = ("cat", "<dog>")


def matched(count: int = 5, truths: int = 2) -> Matching:
    """The first true box lies at query 3, the second at query 1; query 2 is 8 px from one, 0 is 10 px, 4 is 11 px."""
    lefts = [*(0, 10, 22, 30, 41), *range(60, 60 + count)][:count]
    boxes = np.array([[left, 0, left + 20, 20] for left in lefts], np.float64)
    truth = Truth(np.zeros(truths, int), boxes[[3, 1][:truths]])
    return match(Queries(np.full((count, 1), 0.5), boxes, SIZE_WH), truth)


def test_assigned_queries_come_first_then_the_cheapest() -> None:
    assert shown_queries(matched()).tolist() == [3, 1, 2, 0, 4]
    assert shown_queries(matched(), 3).tolist() == [3, 1, 2]
    assert shown_queries(matched(), 0).tolist() == [3, 1]


@pytest.mark.parametrize("cost", COSTS)
def test_the_matrix_by_hand(cost: str) -> None:
    matching = matched()
    figure = cost_heatmap(matching, NAMES, cost)  # type: ignore[arg-type]
    expected = {
        "total": matching.cost,
        "class": matching.class_cost,
        "l1": matching.l1_cost,
        "giou": matching.giou_cost,
    }[cost]
    (heat,) = figure.data
    assert np.array_equal(heat.z, expected[[3, 1, 2, 0, 4]])
    assert figure.layout.xaxis.ticktext == ("1 · cat", "2 · &lt;dog>")
    assert figure.layout.yaxis.ticktext == ("3", "1", "2", "0", "4")
    assert heat.customdata[0, 0, 4] == 3
    assert heat.customdata[0, 1, 0] == matching.cost[3, 1]


def test_frames_lie_on_the_assigned_cells() -> None:
    shapes = cost_heatmap(matched(), NAMES).layout.shapes
    assert [(each.x0 + each.x1) / 2 for each in shapes] == pytest.approx([1, 1, 0, 0])
    assert [(each.y0 + each.y1) / 2 for each in shapes] == pytest.approx([1, 1, 0, 0])


def test_bars_add_up_to_the_cost_of_the_assignment() -> None:
    matching = matched()
    figure = pair_bars(matching, NAMES)
    assert [bar.name for bar in figure.data] == ["1 × Class cost", "5 × L1 distance", "2 × −GIoU"]
    assert sum(float(np.sum(bar.x)) for bar in figure.data) == pytest.approx(matching.assigned_cost)
    assert set(figure.data[0].y) == {"1 · cat", "2 · &lt;dog>"}


@pytest.mark.parametrize(("queries", "truths"), [(5, 0), (0, 0), (1, 2)])
def test_nothing_to_match(queries: int, truths: int) -> None:
    boxes = np.tile([0, 0, 9, 9.0], (queries, 1))
    truth = Truth(np.zeros(truths, int), np.tile([0, 0, 9, 9.0], (truths, 1)))
    found = match(Queries(np.full((queries, 1), 0.5), boxes, SIZE_WH), truth)
    assert len(cost_heatmap(found, ["cat"] * truths).layout.shapes) == 2 * min(queries, truths)
    assert len(pair_bars(found, ["cat"] * truths).data) == 3


def test_three_hundred_queries_show_the_best() -> None:
    figure = cost_heatmap(matched(300), NAMES)
    assert np.shape(figure.data[0].z) == (30, 2)
    large = cost_heatmap(matched(300), NAMES, queries=200)
    assert [len(line) for line in figure.data[0].text] == [2] * 30
    assert (large.data[0].text, large.data[0].texttemplate) == (None, None)


def test_costs_below_zero_are_written_with_a_minus_sign() -> None:
    with speaking("fr"):
        heat = cost_heatmap(matched(5), NAMES, "giou").data[0]
    text = [each for line in heat.text for each in line]
    assert [each.startswith("−") for each in text] == [round(each, 2) < 0 for each in np.ravel(heat.z)]
    assert any(each.startswith("−") for each in text)
    assert all("," in each for each in text)


def test_words_in_the_reader_s_language() -> None:
    for language in ("en", "fr"):
        with speaking(language):
            assert set(cost_names()) == set(COSTS)
            assert "%{customdata[4]:d}" in cost_heatmap(matched(), NAMES).data[0].hovertemplate
