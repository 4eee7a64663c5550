"""Pooling and the other layers by hand against torch: ties, overlaps, floors, and hand-worked gradients."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as nn

from vizcore.by_hand.activations import (
    cross_entropy,
    dense,
    dense_backward,
    relu,
    relu_backward,
    softmax,
    softmax_gradient,
)
from vizcore.by_hand.pooling import Window, average_pool, average_pool_backward, max_pool, max_pool_backward
from vizcore.errors import ConvolutionImpossible


def test_floor_drops_a_row_and_a_column() -> None:
    best, winners = max_pool(np.array([[[[0, 12, 12], [0, 8, 8], [0, 6, 6]]]], float), Window())
    assert best.tolist() == [[[[12]]]]
    assert winners.tolist() == [[[[1]]]]


def test_of_equal_values_the_first_wins() -> None:
    flat = np.ones((1, 1, 2, 2))
    best, winners = max_pool(flat, Window())
    back = max_pool_backward(np.full_like(best, 5.0), winners, flat.shape, Window())
    assert back.tolist() == [[[[5, 0], [0, 0]]]]


def test_overlapping_windows_add_up() -> None:
    peak = np.zeros((1, 1, 3, 3))
    peak[0, 0, 1, 1] = 1
    best, winners = max_pool(peak, Window(2, 1))
    back = max_pool_backward(np.ones_like(best), winners, peak.shape, Window(2, 1))
    assert back[0, 0, 1, 1] == 4
    assert back.sum() == 4


def test_200_random_shapes_as_torch() -> None:
    """Values and gradients of both kinds to 1e-10, with overlaps, dropped cells and many ties."""
    for seed in range(200):
        rng = np.random.default_rng(seed)
        window = Window(int(rng.integers(1, 4)), int(rng.integers(1, 4)))
        shape = (*rng.integers(1, 4, 2), *(window.size + rng.integers(0, 8, 2)))
        inputs = rng.integers(0, 3, shape).astype(float) if seed % 2 else rng.normal(size=shape)
        leaf = torch.from_numpy(inputs).requires_grad_(True)
        for kind in ("max", "average"):
            pool = nn.max_pool2d if kind == "max" else nn.avg_pool2d
            theirs = pool(leaf, window.size, window.stride)
            gradient = rng.normal(size=theirs.shape)
            [expected] = torch.autograd.grad(theirs, leaf, torch.from_numpy(gradient))
            if kind == "max":
                ours, winners = max_pool(inputs, window)
                back = max_pool_backward(gradient, winners, inputs.shape, window)
            else:
                ours = average_pool(inputs, window)
                back = average_pool_backward(gradient, inputs.shape, window)
            np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=0, atol=1e-10)
            np.testing.assert_allclose(back, expected.numpy(), rtol=0, atol=1e-10)


def test_a_window_larger_than_the_map() -> None:
    with pytest.raises(ConvolutionImpossible):
        max_pool(np.ones((1, 1, 1, 5)), Window())


def test_relu_is_shut_at_zero() -> None:
    values = np.array([[-1.0, 0.0, 2.0]])
    assert relu(values).tolist() == [[0, 0, 2]]
    assert relu_backward(np.ones((1, 3)), values).tolist() == [[0, 0, 1]]


def test_softmax_and_its_gradient_by_hand() -> None:
    even = softmax(np.zeros((1, 4)))
    assert even.tolist() == [[0.25] * 4]
    assert cross_entropy(np.zeros((1, 4)), np.array([2])) == pytest.approx(np.log(4))
    assert softmax_gradient(even, np.array([2])).tolist() == [[0.25, 0.25, -0.75, 0.25]]
    huge = np.array([[1000.0, 0.0]])
    assert softmax(huge).tolist() == [[1.0, 0.0]]
    assert cross_entropy(huge, np.array([1])) == pytest.approx(1000.0)


def test_the_head_as_torch() -> None:
    rng = np.random.default_rng(1)
    inputs, weights, bias = rng.normal(size=(5, 7)), rng.normal(size=(3, 7)), rng.normal(size=3)
    labels = rng.integers(0, 3, 5)
    logits = dense(inputs, weights, bias)
    gradient = softmax_gradient(softmax(logits), labels)
    leaves = [torch.from_numpy(each).requires_grad_(True) for each in (inputs, weights, bias)]
    loss = nn.cross_entropy(nn.linear(*leaves), torch.from_numpy(labels))
    assert cross_entropy(logits, labels) == pytest.approx(float(loss.detach()), abs=1e-12)
    for ours, theirs in zip(dense_backward(gradient, inputs, weights), torch.autograd.grad(loss, leaves), strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-12)
