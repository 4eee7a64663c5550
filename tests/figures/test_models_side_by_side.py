"""Do the charts of several models have one scale, one order and one margin, so that rows can be compared?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from vizcore.figures.bars import compared_bars, compared_rows
from vizcore.figures.projection import projection_map
from vizcore.figures.vectors import cosine_shares, shares_span, vector_strip
from vizcore.results import Classification, Embedding, Provenance
from vizcore.similarity import Projection
from vizcore.similarity.cosine import CosineWorking
from vizcore.similarity.projection import common_spans

LABELS = ("cat", "dog", "cup", "bus")


def answer(shares: Sequence[float], labels: tuple[str, ...] = LABELS) -> Classification:
    return Classification(Provenance(), labels, np.array(shares, np.float32), np.array(shares, np.float32))


def test_models_of_the_same_classes_have_the_same_rows_by_their_mean() -> None:
    first, second = compared_rows([answer([0.6, 0.3, 0.1, 0.0]), answer([0.05, 0.15, 0.0, 0.8])], 3)
    assert [label for label, _share in first] == ["bus", "cat", "dog"]  # means .4, .325, .225; the cup is nobody's best
    assert first == [("bus", 0.0), ("cat", pytest.approx(0.6)), ("dog", pytest.approx(0.3))]
    assert [share for _label, share in second] == pytest.approx([0.8, 0.05, 0.15])


def test_each_model_keeps_its_first_class_however_many_there_are() -> None:
    rows = compared_rows([answer(np.roll([0.7, 0.1, 0.1, 0.1], turn).tolist()) for turn in range(4)], 2)
    assert all({label for label, _share in each} == set(LABELS) for each in rows)


def test_one_model_has_its_own_best_and_none_has_nothing() -> None:
    assert compared_rows([answer([0.1, 0.2, 0.3, 0.4])], 2) == [
        [("bus", pytest.approx(0.4)), ("cup", pytest.approx(0.3))]
    ]
    assert compared_rows([]) == []
    assert compared_bars([], []) == []


def test_bars_of_other_classes_begin_at_one_place_all_the_same() -> None:
    rows = compared_rows([answer([0.4, 0.3, 0.2, 0.1]), answer([0.9, 0.1], ("a long name of a class", "b"))], 3)
    assert [len(each) for each in rows] == [3, 2]
    short, long = compared_bars(rows, ["cnn", "vit"])
    assert short.layout.margin.l == long.layout.margin.l > 100
    assert short.layout.height == long.layout.height
    assert short.layout.xaxis.range == long.layout.xaxis.range
    same = compared_bars(compared_rows([answer([0.4, 0.3, 0.2, 0.1])] * 2), ["cnn", "vit"])
    assert all(each.layout.yaxis.automargin for each in same)  # equal labels: Plotly's own margin is the same


def test_strips_of_vectors_have_cells_of_one_size() -> None:
    small, large = (Embedding(Provenance(), np.linspace(-1, 2, n, dtype=np.float32), "head") for n in (128, 640))
    figures = [vector_strip(each, limit=3.0) for each in (small, large)]
    rooms = [each.layout.yaxis.range[0] + 0.5 for each in figures]
    assert rooms == [4, 10]
    assert [(each.layout.height - 8) / room for each, room in zip(figures, rooms, strict=True)] == [14, 14]
    assert [np.shape(each.data[0].z) for each in figures] == [(2, 64), (10, 64)]
    assert {(each.data[0].zmin, each.data[0].zmax) for each in figures} == {(-3.0, 3.0)}


def test_shares_of_a_cosine_stand_on_one_axis() -> None:
    workings = [CosineWorking(0.5, 1, 1, np.array(each)) for each in ([0.3, 0.2], [0.6, -0.1])]
    span = shares_span(workings)
    assert span == pytest.approx((-0.135, 0.635))
    assert tuple(cosine_shares(workings[0], "cnn", span=span).layout.yaxis.range) == span
    assert shares_span([]) == (0.0, 0.01)


def test_maps_of_two_models_share_their_ends_under_pca_alone() -> None:
    maps = [Projection(np.array(each), "pca", (0.5, 0.2)) for each in ([[0.0, 0.0], [1.0, 2.0]], [[-1.0, 0.0]])]
    spans = common_spans(maps)
    assert spans == [pytest.approx((-1.12, 1.12)), pytest.approx((-0.12, 2.12))]
    figure = projection_map(maps[1].points, ["a"], ["p"], spans=spans)
    assert [tuple(axis.range) for axis in (figure.layout.xaxis, figure.layout.yaxis)] == spans
    assert common_spans([maps[0], Projection(maps[1].points, "t-sne", None)]) is None
