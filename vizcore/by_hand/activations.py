"""ReLU, dense layer, softmax and cross-entropy, each with its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray


def relu(inputs: FloatArray) -> FloatArray:
    """max(0, x), in any shape."""
    return np.maximum(inputs, inputs.dtype.type(0))


def relu_backward(gradient: FloatArray, inputs: FloatArray) -> FloatArray:
    """The gradient passes where x > 0; at x = 0 it is stopped, as in PyTorch."""
    return gradient * (inputs > 0)


def dense(inputs: FloatArray, weights: FloatArray, bias: FloatArray) -> FloatArray:
    """inputs (N, D), weights (K, D), bias (K,) -> (N, K)."""
    return inputs @ weights.T + bias


def dense_backward(
    gradient: FloatArray, inputs: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """gradient (N, K) -> gradients of inputs (N, D), weights (K, D) and bias (K,)."""
    return gradient @ weights, gradient.T @ inputs, gradient.sum(0)


def softmax(logits: FloatArray) -> FloatArray:
    """(N, K) -> shares that sum to 1 in each row; the row's largest logit is taken off first, which changes nothing."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: FloatArray = powers / powers.sum(axis=1, keepdims=True)
    return shares


def cross_entropy(logits: FloatArray, labels: NDArray[np.integer]) -> float:
    """Mean of -log p[label] over the rows, from logits (N, K), so that no probability of 0 is ever logged."""
    rows = logits - logits.max(axis=1, keepdims=True)
    logs = rows - np.log(np.exp(rows).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(labels)), labels].mean())


def softmax_gradient(probabilities: FloatArray, labels: NDArray[np.integer]) -> FloatArray:
    """Gradient of the mean cross-entropy by the logits: (p - y) / N, with y = 1 at the label and 0 elsewhere."""
    gradient = probabilities.copy()
    gradient[np.arange(len(labels)), labels] -= 1
    return gradient / gradient.dtype.type(len(labels))
