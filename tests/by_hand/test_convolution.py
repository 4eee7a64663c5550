"""Convolution by hand: the lecture's numbers, a published example, loops, torch, and what cannot be."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vizcore.by_hand.convolution import convolve, convolve_backward, flipped
from vizcore.by_hand.geometry import Geometry, dropped_cells, largest_dilation, least_padding, output_side
from vizcore.by_hand.kernels import KERNELS, PICTURES
from vizcore.by_hand.loops import convolve_by_loops
from vizcore.by_hand.single import convolve_once
from vizcore.errors import ChannelsDiffer, ConvolutionImpossible, ConvolutionTooLarge

LECTURE = np.array(PICTURES["lecture"], float)[None]
GOLDEN = np.array(PICTURES["golden"], float)[None]
EDGES = KERNELS["lecture"].matrix[None]


def test_the_lectures_numbers() -> None:
    found = convolve_once(LECTURE, EDGES, Geometry(), 0.0)
    assert found["output"] == [[-6, 12, 12], [-6, 8, 8], [-6, 6, 6]]
    assert found["relu"] == [[0, 12, 12], [0, 8, 8], [0, 6, 6]]
    assert found["pooled"] == [[12]]
    assert found["dropped"] == {"input": [0, 0], "pooling": [1, 1]}
    assert found["flipped"] == [[6, -12, -12], [6, -8, -8], [6, -6, -6]]


def test_dumoulin_and_visins_example_with_and_without_the_flip() -> None:
    """conv_arithmetic's issue 17: the corrected numbers of the figure with stride 2 and padding 1."""
    found = convolve_once(GOLDEN, KERNELS["golden"].matrix[None], Geometry(stride=2, padding=1), 0.0)
    assert found["output"] == [[1, 5, 6], [7, 8, 3], [3, 10, 4]]
    assert found["flipped"] == [[4, 4, 0], [9, 10, 4], [6, 7, 3]]


def test_the_bias_is_added_once() -> None:
    assert convolve_once(LECTURE, EDGES, Geometry(), 5.0)["output"][0] == [-1, 17, 17]


def random_case(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, Geometry]:
    rng = np.random.default_rng(seed)
    while True:
        count, channels, filters = rng.integers(1, 4, 3)
        side, kernel = rng.integers(1, 12, 2), rng.integers(1, 5, 2)
        geometry = Geometry(int(rng.integers(1, 4)), int(rng.integers(0, 3)), int(rng.integers(1, 4)))
        if min(output_side(int(i), int(k), geometry) for i, k in zip(side, kernel, strict=True)) >= 1:
            break
    inputs = rng.normal(size=(count, channels, *side))
    return inputs, rng.normal(size=(filters, channels, *kernel)), rng.normal(size=filters), geometry


def in_torch(
    inputs: np.ndarray, kernels: np.ndarray, bias: np.ndarray, geometry: Geometry, gradient: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    leaves = [torch.from_numpy(each).requires_grad_(True) for each in (inputs, kernels, bias)]
    output = torch.nn.functional.conv2d(
        leaves[0], leaves[1], leaves[2], geometry.stride, geometry.padding, geometry.dilation
    )
    gradients = torch.autograd.grad(output, leaves, torch.tensor(gradient))
    return output.detach().numpy(), [each.numpy() for each in gradients]


def test_200_random_shapes_as_torch() -> None:
    """Forward and all three gradients to 1e-10 in float64: strides, paddings, dilations, channels, even kernels."""
    seen = set()
    for seed in range(200):
        inputs, kernels, bias, geometry = random_case(seed)
        ours = convolve(inputs, kernels, bias, geometry)
        gradient = np.random.default_rng(seed + 1000).normal(size=ours.shape)
        theirs, gradients = in_torch(inputs, kernels, bias, geometry, gradient)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)
        for mine, peer in zip(convolve_backward(gradient, inputs, kernels, geometry), gradients, strict=True):
            np.testing.assert_allclose(mine, peer, rtol=0, atol=1e-10)
        seen.add((geometry.stride, geometry.padding, geometry.dilation))
    assert len(seen) > 20


@pytest.mark.parametrize("seed", range(5))
def test_the_loops_say_the_same(seed: int) -> None:
    inputs, kernels, bias, geometry = random_case(seed)
    np.testing.assert_allclose(
        convolve_by_loops(inputs, kernels, bias, geometry), convolve(inputs, kernels, bias, geometry), atol=1e-12
    )


def test_a_flipped_kernel_is_true_convolution() -> None:
    from scipy.signal import convolve2d, correlate2d

    kernel = KERNELS["emboss"].matrix
    ours = convolve(LECTURE[None], kernel[None, None])[0, 0]
    np.testing.assert_allclose(ours, correlate2d(LECTURE[0], kernel, "valid"))
    turned = convolve(LECTURE[None], flipped(kernel)[None, None])[0, 0]
    np.testing.assert_allclose(turned, convolve2d(LECTURE[0], kernel, "valid"))


def test_float32_stays_float32_and_nothing_is_changed() -> None:
    inputs, kernels, bias, geometry = random_case(3)
    before = inputs.copy()
    small = convolve(inputs.astype(np.float32), kernels.astype(np.float32), bias.astype(np.float32), geometry)
    assert small.dtype == np.float32
    convolve_backward(small.astype(float), inputs, kernels, geometry)
    assert (inputs == before).all()


@pytest.mark.parametrize(
    ("side", "kernel", "geometry", "reason"),
    [
        (2, 3, Geometry(), "room"),
        (5, 3, Geometry(dilation=3), "dilation"),
        (5, 3, Geometry(stride=0), "stride"),
        (5, 3, Geometry(stride=9), "stride"),
        (5, 3, Geometry(padding=-1), "padding"),
        (5, 3, Geometry(dilation=0), "dilation_range"),
        (1, 1, Geometry(), ""),
        (2, 3, Geometry(padding=1), ""),
    ],
)
def test_what_cannot_be(side: int, kernel: int, geometry: Geometry, reason: str) -> None:
    inputs, kernels = np.ones((1, side, side)), np.ones((1, kernel, kernel))
    if not reason:
        assert convolve_once(inputs, kernels, geometry, 0.0)["output"]
        return
    with pytest.raises(ConvolutionImpossible) as caught:
        convolve_once(inputs, kernels, geometry, 0.0)
    assert caught.value.values["reason"] == reason


def test_channels_that_differ() -> None:
    with pytest.raises(ChannelsDiffer):
        convolve_once(np.ones((3, 5, 5)), np.ones((2, 3, 3)), Geometry(), 0.0)


@pytest.mark.parametrize(("side", "kernel"), [(5, 3), (8, 2), (5, 1), (3, 3), (12, 5)])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_tied_ranges_end_where_the_output_would(side: int, kernel: int, padding: int) -> None:
    most = largest_dilation((side, side), (kernel, kernel), padding)
    assert output_side(side, kernel, Geometry(1, padding, most)) >= 1
    assert most == 8 or output_side(side, kernel, Geometry(1, padding, most + 1)) < 1
    least = least_padding((side, side), (kernel, kernel), 4)
    assert output_side(side, kernel, Geometry(1, least, 4)) >= 1
    assert least == 0 or output_side(side, kernel, Geometry(1, least - 1, 4)) < 1


def test_dropped_cells() -> None:
    assert dropped_cells(3, 2, Geometry(2)) == 1
    assert dropped_cells(4, 2, Geometry(2)) == 0
    assert dropped_cells(8, 3, Geometry(3)) == 2


def test_too_many_products_are_refused_before_they_are_laid_out() -> None:
    with pytest.raises(ConvolutionTooLarge):
        convolve_once(np.ones((1, 1000, 1000)), np.ones((1, 500, 500)), Geometry(), 0.0)
