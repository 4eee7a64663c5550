"""Up or down? Weights rounded so that a layer's answers change least, not the weights themselves.

A weight's rounding error is passed on to the weights of the same channel that are still to be rounded, by how their
inputs go together on photos (second moments): GPTQ (Frantar et al. 2023, section 3), the same step as Optimal Brain
Compression. A depthwise filter that sums to zero on an even surface then still does, which nearest rounding spoils.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SCALES = np.linspace(0.7, 1.0, 13)  # of the largest weight, tried for each channel
# 7 bits where integers are multiplied: the sum of two products overflows 16 bits on x86 without VNNI otherwise.
LARGEST, LARGEST_ALONE = 63, 127
DAMPING = 0.01  # of the mean second moment, added to each


def rounded(rows: NDArray[np.float32], largest: int = LARGEST) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """rows (C, n) -> integers (C, n) of at most `largest`, and scales (C,) with the least squared error among SCALES of
    the largest weight."""
    top = np.maximum(np.abs(rows).max(axis=1), 1e-12)
    best, least = top / largest, np.full(len(rows), np.inf)
    for factor in SCALES:
        scale = factor * top / largest
        error = ((_integers(rows, scale, largest) * scale[:, None] - rows) ** 2).sum(axis=1)
        best, least = np.where(error < least, scale, best), np.minimum(error, least)
    return _integers(rows, best, largest).astype(np.int8), best.astype(np.float32)


def _integers(
    rows: NDArray[np.floating[Any]], scale: NDArray[np.floating[Any]], largest: int
) -> NDArray[np.floating[Any]]:
    return np.clip(np.round(rows / scale[:, None]), -largest, largest)


def rounded_for(
    rows: NDArray[np.float32], scale: NDArray[np.float32], moments: NDArray[np.float64]
) -> NDArray[np.int8]:
    """rows (C, n), scale (C,), moments (groups, n, n): sums of x x^T over a group's inputs -> integers (C, n)."""
    groups, size = moments.shape[:2]
    left = np.ascontiguousarray(rows.reshape(groups, -1, size).transpose(2, 0, 1))  # (n, groups, m)
    found, scales = np.zeros(left.shape, np.int8), scale.reshape(groups, -1)
    damping = DAMPING * np.einsum("gii->g", moments) / size + 1e-12
    inverse = np.linalg.inv(moments + damping[:, None, None] * np.eye(size))
    lower = np.linalg.cholesky(inverse).transpose(1, 2, 0).astype(np.float32)  # (n, n, groups)
    for place in range(size):
        found[place] = np.clip(np.round(left[place] / scales), -LARGEST, LARGEST)
        error = (left[place] - found[place] * scales) / lower[place, place, :, None]
        left[place + 1 :] -= lower[place + 1 :, place, :, None] * error
    return np.ascontiguousarray(found.transpose(1, 2, 0).reshape(rows.shape))


def input_moments(
    inputs: NDArray[np.float32], kernel: tuple[int, int], groups: int, rng: np.random.Generator, count: int
) -> NDArray[np.float64]:
    """Sums of x x^T over `count` places of each picture. inputs (B, C, H, W) -> (groups, n, n), n as in a row of
    weights; (B, n) -> (1, n, n) for a linear layer, whose places are the pictures."""
    if inputs.ndim == 2:
        return np.asarray(inputs.T @ inputs, np.float64)[None]
    tall, wide = kernel
    padded = np.pad(inputs, ((0, 0), (0, 0), (tall // 2, tall // 2), (wide // 2, wide // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel, axis=(2, 3))
    shape = (len(inputs), count)
    rows, columns = rng.integers(0, windows.shape[2], shape), rng.integers(0, windows.shape[3], shape)
    drawn = windows[np.arange(len(inputs))[:, None], :, rows, columns]  # (B, count, C, tall, wide)
    vectors = drawn.reshape(len(inputs) * count, groups, -1).transpose(1, 0, 2)
    return np.asarray(vectors.transpose(0, 2, 1) @ vectors, np.float64)
