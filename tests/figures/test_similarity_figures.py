"""Do the figures of the Similarity page show what they were given, whatever it is called and however little it is?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.features.patches import PatchGrid
from vizcore.figures.matches import GAP, HEIGHT, pairs_picture
from vizcore.figures.matrix import similarity_heatmap
from vizcore.figures.projection import class_symbols, projection_map, projection_space
from vizcore.figures.retrieval import class_means, recall_curves
from vizcore.figures.theme import class_colour
from vizcore.i18n import speaking
from vizcore.photo import Photo
from vizcore.results import Provenance
from vizcore.similarity import evaluate_retrieval
from vizcore.similarity.patch_match import PatchMatches
from vizcore.zoo.catalogue import card

# Four vectors of two classes: the first and the last are each other's best, which is wrong.
VECTORS = np.array([[1.0, 0.0], [0.5, 0.9], [0.4, 0.9], [1.0, 0.1]])
LABELS = ("a", "a", "b", "b")


def test_a_matrix_keeps_every_cell_and_shows_names_literally() -> None:
    heat = similarity_heatmap(np.array([[1.0, 0.2], [0.2, 1.0]]), ["1 · <b>x", "2 · y"], lowest=0.2).data[0]
    assert np.allclose(heat.z, [[1, 0.2], [0.2, 1]])
    assert list(heat.x) == ["1 · &lt;b>x", "2 · y"]
    assert (heat.zmin, heat.zmax) == (0.2, 1.0)


def test_a_large_matrix_names_the_classes_instead_of_the_pictures() -> None:
    names = [str(place) for place in range(40)]
    labels = ["tabby, tabby cat"] * 3 + [""] * 17 + ["<b>"] * 20
    with speaking("en"):
        axis = similarity_heatmap(np.eye(40), names, labels=labels).layout.yaxis
        small = similarity_heatmap(np.eye(4), names[:4], labels=labels[:4]).layout.yaxis
        many = similarity_heatmap(np.eye(40), names, labels=names).layout.yaxis
    assert (list(axis.tickvals), list(axis.ticktext)) == (["1", "29"], ["tabby", "&lt;b>"])
    assert axis.showticklabels
    assert small.showticklabels
    assert small.tickvals is None
    assert not many.showticklabels


@pytest.mark.parametrize("count", [0, 1, 3])
def test_equal_pictures_have_a_scale_all_the_same(count: int) -> None:
    heat = similarity_heatmap(np.ones((count, count)), [str(i) for i in range(count)], lowest=1.0).data[0]
    assert heat.zmin < heat.zmax


def test_a_map_gives_each_point_the_number_of_its_picture() -> None:
    points = np.arange(8.0).reshape(4, 2)
    figure = projection_map(points, LABELS, ["p", "q", "r", "<i>s"], ringed={2})
    a, b, rings = figure.data
    assert [list(a.customdata), list(b.customdata)] == [[0, 1], [2, 3]]
    assert list(b.text) == ["r", "&lt;i>s"]
    assert (list(rings.x), list(rings.y)) == ([4.0], [5.0])
    assert not projection_map(np.zeros((0, 2)), [], []).data


def test_pictures_lie_in_the_middle_of_their_points_and_go_along_for_the_pointer() -> None:
    points = np.array([[0.0, 0.0], [10.0, 2.0], [4.0, 1.0], [5.0, 1.0]])
    tiles = [f"data:{place}" for place in range(4)]
    figure = projection_map(points, LABELS, list("pqrs"), pictures=tiles, at_points=True)
    assert [(each.source, each.x, each.y) for each in figure.layout.images][1] == ("data:1", 10.0, 2.0)
    assert {(round(each.sizex, 6), each.xanchor, each.layer) for each in figure.layout.images} == {
        (0.9, "center", "below")
    }
    assert list(figure.layout.meta["pictures"]) == tiles
    assert not projection_map(points, LABELS, list("pqrs"), pictures=tiles).layout.images


def test_a_map_in_space_gives_each_point_the_number_of_its_picture() -> None:
    points = np.arange(12.0).reshape(4, 3)
    spans = [(0.0, 12.0), (-1.0, 12.0), (0.0, 13.0)]
    figure = projection_space(points, LABELS, ["p", "q", "r", "<i>s"], spans=spans, titles=["1", "2", "3"])
    assert [list(each.customdata) for each in figure.data] == [[0, 1], [2, 3]]
    assert list(figure.data[1].z) == [8.0, 11.0]
    assert list(figure.data[1].text) == ["r", "&lt;i>s"]
    assert [tuple(figure.layout.scene[axis].range) for axis in ("xaxis", "yaxis", "zaxis")] == spans
    assert not projection_space(np.zeros((0, 3)), [], []).data


def test_classes_of_one_colour_have_different_symbols() -> None:
    names = [f"class {i}" for i in range(40)]
    symbols = class_symbols(names)
    assert len({(class_colour(name), symbol) for name, symbol in symbols.items()}) == len(names)
    assert set(class_symbols(names[:1]).values()) == {"circle"}, "a colour of its own is enough"


def test_maps_beside_each_other_have_one_legend_and_one_size() -> None:
    points = np.arange(8.0).reshape(4, 2)
    first, second = (projection_map(points, LABELS, list("pqrs"), legend=legend) for legend in (True, False))
    assert (first.layout.showlegend, second.layout.showlegend) == (True, False)
    assert (first.layout.height, first.layout.margin) == (second.layout.height, second.layout.margin)


def test_recall_grows_to_all_and_class_means_are_means() -> None:
    scores = evaluate_retrieval(VECTORS, LABELS)
    line = recall_curves([(card("cnn-mini"), scores)]).data[0]
    assert list(line.y) == sorted(line.y)
    assert line.y[2] == 100.0, "three others: the right one is among them"
    means = class_means(scores, LABELS)
    by_hand = {name: np.mean([p for q, p in zip(scores.queries, scores.average_precisions, strict=True)
                              if LABELS[q] == name]) for name in "ab"}  # fmt: skip
    assert means == pytest.approx(by_hand)


@pytest.mark.parametrize("size", [(1, 1), (30, 4000), (60, 80)])
def test_pairs_are_drawn_between_photos_of_any_shape(size: tuple[int, int]) -> None:
    photo = Photo(np.full((*size, 3), 90, np.uint8), "grey")
    grid = PatchGrid((2, 2), (0.0, 0.0, float(size[1]), float(size[0])))
    matches = PatchMatches(Provenance(), np.eye(4, dtype=np.float32), grid, grid, "stage")
    empty, drawn = (pairs_picture(photo, photo, matches, count) for count in (0, 4))
    assert drawn.shape == empty.shape
    assert drawn.shape[0] == HEIGHT
    assert drawn.shape[1] > GAP
    assert (drawn != empty).any()
    assert set(np.unique(empty[:, : empty.shape[1] // 2 - GAP])) <= {90}
