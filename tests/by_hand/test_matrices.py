"""What people write as a matrix, what a crop of a photo becomes, and what each layer costs."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.by_hand.costs import layer_costs
from vizcore.by_hand.digit_network import LAYERS, SHAPE
from vizcore.by_hand.geometry import Geometry
from vizcore.by_hand.kernels import KERNELS
from vizcore.by_hand.layers import Conv, Dense, Flatten, Pool, Relu, initial_parameters, parameter_shapes
from vizcore.by_hand.matrices import read_matrices, written
from vizcore.by_hand.photo_crop import crop_box, cropped, pixels_of
from vizcore.errors import MatrixInvalid

SQUARE = [[[1.0, 2.0], [3.0, 4.0]]]


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4",
        "1, 2;3, 4",
        "1 2\r\n3 4\r\n",
        "[[1, 2], [3, 4]]",
        "\ufeff1\t2\n3\t4\n",
        "1,2,\n3,4,",
        " 1  2\n 3  4 ",
    ],
)
def test_every_way_to_write_a_matrix(text: str) -> None:
    assert read_matrices(text).tolist() == SQUARE


def test_channels() -> None:
    assert read_matrices("1 2\n3 4\n\n5 6\n7 8").shape == (2, 2, 2)
    assert read_matrices("[[[1]], [[2]]]").shape in ((2, 1, 1), (1, 2, 1))
    assert read_matrices("1/2/3").tolist() == [[[1]], [[2]], [[3]]]


@pytest.mark.parametrize("seed", range(3))
def test_written_and_read_again(seed: int) -> None:
    drawn = np.random.default_rng(seed).normal(size=(3, 4, 2)).round(3)
    assert (read_matrices(written(drawn)) == drawn).all()
    in_lines = written(drawn).replace(";", "\n").replace("/", "\n\n").replace(",", ", ")  # as a text field has it
    assert (read_matrices(in_lines) == drawn).all()


@pytest.mark.parametrize(
    ("text", "reason", "row", "found"),
    [
        ("", "empty", 0, ""),
        (" \n\n ", "empty", 0, ""),
        ("[]", "empty", 0, ""),
        ("1 2\n3", "ragged", 2, "1"),
        ("1\n\n2\n3", "ragged", 3, "2"),
        ("1 2\n3 x", "text", 2, "x"),
        ("1,,2", "text", 1, ""),
        ("1 nan", "not_finite", 1, "nan"),
        ("1 2\n-inf 0", "not_finite", 2, "-inf"),
        ("1e999", "not_finite", 1, "1e999"),
        ("1e12", "magnitude", 1, "1e12"),
        ("hello world", "text", 1, "hello"),
        ("\x89PNG\r\n\x1a\n", "text", 1, "\x89PNG"),
    ],
)
def test_what_is_no_matrix(text: str, reason: str, row: int, found: str) -> None:
    with pytest.raises(MatrixInvalid) as caught:
        read_matrices(text)
    assert [caught.value.values[name] for name in ("reason", "row", "found")] == [reason, row, found]


def test_a_matrix_that_is_too_large() -> None:
    with pytest.raises(MatrixInvalid) as caught:
        read_matrices("1 " * 21, most_cells=20)
    assert caught.value.values["width"] == 21
    with pytest.raises(MatrixInvalid) as caught:
        pixels_of(np.zeros((2000, 2000, 3), np.uint8))
    assert caught.value.values["height"] == 2000


def test_a_crop_is_the_mean_of_its_area() -> None:
    from cv2 import INTER_AREA, resize

    rgb = np.random.default_rng(0).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    left, top, edge = crop_box(rgb, (0.9, 0.1), 0.5, 12)
    assert (left, top, edge) == (60, 0, 30)
    ours = cropped(rgb, (0.9, 0.1), 0.5, 12, colour=True)
    theirs = resize(
        rgb[top : top + edge, left : left + edge].astype(np.float64) / 255, (12, 12), interpolation=INTER_AREA
    )
    assert np.abs(ours - np.moveaxis(theirs, -1, 0)).max() <= 0.0051  # rounded to hundredths
    assert cropped(rgb, (0.5, 0.5), 1.0, 8).shape == (1, 8, 8)


def test_a_photo_smaller_than_its_crop() -> None:
    one = np.full((1, 1, 3), 255, np.uint8)
    assert cropped(one, (0.5, 0.5), 0.3, 8).tolist() == [[[1.0] * 8] * 8]


def test_kernels_are_what_they_say() -> None:
    for name in ("blur", "gauss", "identity", "sharpen"):
        assert KERNELS[name].matrix.sum() == pytest.approx(1)
    for name in ("lecture", "horizontal", "sobel_x", "sobel_y", "laplacian"):
        assert KERNELS[name].matrix.sum() == 0


def test_costs_by_hand() -> None:
    layers = (Conv("conv", 8, (3, 3)), Relu("relu"), Pool("pool"), Flatten("flatten"), Dense("dense", 10))
    rows = {row.name: row for row in layer_costs(layers, (1, 28, 28))}
    conv = rows["conv"]
    assert (conv.output, conv.parameters, conv.multiply_adds) == ((8, 26, 26), 80, 9 * 8 * 26 * 26)
    assert (conv.receptive_hw, conv.memory_bytes) == ((3, 3), 4 * 8 * 26 * 26)
    assert (rows["pool"].output, rows["pool"].receptive_hw) == ((8, 13, 13), (4, 4))
    assert (rows["dense"].parameters, rows["dense"].receptive_hw) == (10 * (8 * 169 + 1), (28, 28))


def test_costs_count_every_parameter_and_the_jump() -> None:
    counted = sum(row.parameters for row in layer_costs(LAYERS, SHAPE))
    assert counted == sum(each.size for each in initial_parameters(LAYERS, SHAPE, 0).values()) == 1898
    assert set(parameter_shapes(LAYERS, SHAPE)) == set(initial_parameters(LAYERS, SHAPE, 0))
    strided = layer_costs((Conv("a", 1, (3, 3), Geometry(2)), Conv("b", 1, (3, 3), Geometry(1, 0, 2))), (1, 40, 40))
    assert [row.receptive_hw for row in strided] == [(3, 3), (11, 11)]
