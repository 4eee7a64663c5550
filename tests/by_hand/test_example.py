"""The network that walks over a visitor's picture, and drawings of 32 x 32 dots."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from vizcore.by_hand.drawing import bitmap_of, blocks, centred
from vizcore.by_hand.example import ExampleSettings, example, stacked, turned_output
from vizcore.by_hand.geometry import Geometry
from vizcore.by_hand.kernels import KERNELS, PICTURES
from vizcore.by_hand.layers import Pool
from vizcore.errors import ChannelsDiffer, ConvolutionImpossible, MatrixInvalid

LECTURE = np.array(PICTURES["lecture"], float)[None]
EDGES = KERNELS["lecture"].matrix[None]


def test_the_lectures_picture_and_logits_near_one() -> None:
    found = example(LECTURE, [EDGES], ExampleSettings())
    assert found.tensors["pool"].values.tolist() == [[[12]]]
    logits = found.tensors["dense"].values
    assert 0.05 < np.abs(logits).max() < 4
    weights = found.tensors["dense.weight"].values
    assert (weights.round(3) == weights).all()  # short enough to be copied by hand


def test_equal_seeds_give_equal_weights() -> None:
    weights = [
        example(LECTURE, [EDGES], ExampleSettings(seed=seed)).tensors["dense.weight"].values for seed in (1, 1, 2)
    ]
    assert (weights[0] == weights[1]).all()
    assert (weights[0] != weights[2]).any()


def test_a_map_too_small_to_pool() -> None:
    found = example(np.ones((1, 3, 3)), [EDGES], ExampleSettings())
    assert not any(isinstance(layer, Pool) for layer in found.layers)
    assert np.isfinite(found.run.loss)


def test_kernels_of_several_sizes_and_channels() -> None:
    small = np.ones((1, 1, 1))
    both = stacked([EDGES, small], 3)
    assert both.shape == (2, 3, 3, 3)
    assert both[1, 2].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    with pytest.raises(ChannelsDiffer):
        stacked([np.ones((2, 3, 3))], 3)


def test_turned_output_is_the_negative_for_an_odd_kernel() -> None:
    ours = example(LECTURE, [EDGES], ExampleSettings()).tensors["conv"].values
    turned = turned_output(LECTURE, EDGES[None], np.zeros(1), Geometry())
    assert (turned == -ours).all()


@pytest.mark.parametrize(
    ("picture", "kernel", "error"),
    [
        (np.ones((1, 2, 2)), EDGES, ConvolutionImpossible),
        (np.ones((1, 50, 50)), EDGES, MatrixInvalid),
        (np.ones((1, 12, 12)), np.ones((1, 9, 9)), MatrixInvalid),
    ],
)
def test_what_cannot_be_walked(picture: np.ndarray, kernel: np.ndarray, error: type[Exception]) -> None:
    with pytest.raises(error):
        example(picture, [kernel], ExampleSettings())


def drawing(top: int, left: int) -> np.ndarray:
    sheet = np.zeros((32, 32), bool)
    sheet[top : top + 8, left : left + 4] = True
    return sheet


def code_of(sheet: np.ndarray) -> str:
    """As the browser writes it into the address."""
    return base64.urlsafe_b64encode(np.packbits(sheet).tobytes()).decode().rstrip("=")


def test_a_drawing_and_its_code() -> None:
    sheet = drawing(3, 9)
    again = bitmap_of(code_of(sheet))
    assert again is not None
    assert (again == sheet).all()
    assert len(code_of(sheet)) == 171
    for nonsense in ("", "!!!", "AAAA", "é" * 171, code_of(sheet) + "AAAA"):
        assert bitmap_of(nonsense) is None


def test_blocks_count_dots() -> None:
    counts = blocks(drawing(0, 0))
    assert counts[:2, 0].tolist() == [16, 16]
    assert counts.sum() == 32


def test_where_it_was_drawn_does_not_matter() -> None:
    here, there = centred(drawing(1, 2)), centred(drawing(20, 25))
    assert (here == there).all()
    rows, columns = np.nonzero(here)
    assert (rows.min(), rows.max()) == (0, 31)
    assert abs(columns.mean() + 0.5 - 16) <= 0.5
    assert not centred(np.zeros((32, 32), bool)).any()


def test_the_centre_is_that_of_mass() -> None:
    """Most of the ink lies on the left: the middle of the ink stands in the middle of the sheet, not the box's."""
    sheet = np.zeros((32, 32), bool)
    sheet[:, 4:8] = True
    sheet[30:, 4:18] = True
    _rows, columns = np.nonzero(centred(sheet))
    assert abs(columns.mean() + 0.5 - 16) <= 0.6
    assert columns.min() + columns.max() > 33
