"""From which terms is every number of a tensor made, and which numbers does a term's factor enter?

One table serves both directions: a forward step lists for each output the pairs (left, right) whose products it adds,
and the same table regrouped by its left or right factor lists the terms of that factor's gradient. That regrouping is
the chain rule, and it knows nothing of the vectorised backward pass, so that the tests can compare both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.convolution import windows
from vizcore.by_hand.geometry import Geometry

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Terms:
    """Output i has the terms offsets[i]:offsets[i + 1]. left, right: flat indices of factors; right may be empty."""

    offsets: Indices
    left: Indices
    right: Indices

    @property
    def outputs(self) -> Indices:
        """For each term the output it belongs to."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


def convolution_terms(padded_shape: tuple[int, ...], kernel_shape: tuple[int, ...], geometry: Geometry) -> Terms:
    """padded_shape (C, H, W), kernel_shape (F, C, kh, kw): left is the padded input, right the kernels."""
    seen = _window_indices(padded_shape, (kernel_shape[2], kernel_shape[3]), geometry)  # (outputs, C kh kw)
    places, taps = seen.shape
    filters = kernel_shape[0]
    weights = np.arange(filters * taps).reshape(filters, 1, taps)
    return _even(np.tile(seen, (filters, 1)), np.broadcast_to(weights, (filters, places, taps)))


def pooling_terms(shape: tuple[int, ...], size: int, stride: int) -> Terms:
    """shape (C, H, W): the cells of each window; there is no right factor."""
    channels, height, width = shape
    seen = _window_indices((1, height, width), (size, size), Geometry(stride))
    every = np.concatenate([seen + channel * height * width for channel in range(channels)])
    return _even(every, None)


def dense_terms(inputs: int, units: int) -> Terms:
    """left is the input, right the weights (units, inputs)."""
    return _even(np.broadcast_to(np.arange(inputs), (units, inputs)), np.arange(units * inputs).reshape(units, inputs))


def one_to_one(count: int, *, right: bool = False) -> Terms:
    """Each output has one term: its own left factor, and its own right one where there is a right."""
    own = np.arange(count).reshape(-1, 1)
    return _even(own, own if right else None)


def all_to_all(count: int) -> Terms:
    """Each output is made of all left factors: softmax."""
    return _even(np.broadcast_to(np.arange(count), (count, count)), None)


def by_left(terms: Terms, count: int) -> Terms:
    """For each of `count` left factors: (output, right), the terms of its gradient."""
    return _grouped(terms.left, count, terms.outputs, terms.right)


def by_right(terms: Terms, count: int) -> Terms:
    """For each of `count` right factors: (left, output)."""
    return _grouped(terms.right, count, terms.left, terms.outputs)


def by_bias(bias: Indices, count: int) -> Terms:
    """bias: of each output. For each of `count` biases: the outputs that it was added to."""
    return _grouped(bias, count, np.arange(len(bias)), np.zeros(0, np.int64))


def without_ring(terms: Terms, shape: tuple[int, ...], padding: int) -> Terms:
    """Terms grouped by the cells of a padded map, with those of the ring left out: shape (C, H, W) without padding."""
    if not padding:
        return terms
    channels, height, width = shape
    cells = np.arange(channels * (height + 2 * padding) * (width + 2 * padding))
    inner = cells.reshape(channels, height + 2 * padding, width + 2 * padding)
    kept = inner[:, padding : padding + height, padding : padding + width].reshape(-1)
    pieces = [np.arange(terms.offsets[cell], terms.offsets[cell + 1]) for cell in kept]
    chosen = np.concatenate(pieces) if pieces else np.zeros(0, np.int64)
    offsets = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
    return Terms(offsets, terms.left[chosen], terms.right[chosen] if len(terms.right) else terms.right)


def _window_indices(shape: tuple[int, ...], kernel_hw: tuple[int, int], geometry: Geometry) -> Indices:
    """(outputs, C kh kw): the flat indices of the cells under each window."""
    cells = np.arange(int(np.prod(shape))).reshape(1, *shape)
    seen = windows(cells, kernel_hw, geometry)[0]  # (C, kh, kw, oh, ow)
    found: Indices = seen.reshape(int(np.prod(seen.shape[:3])), -1).T.astype(np.int64)
    return found


def _even(left: Indices, right: Indices | None) -> Terms:
    """Every output has the same number of terms: left and right are (outputs, terms)."""
    outputs, each = left.shape
    empty = np.zeros(0, np.int64)
    return Terms(np.arange(outputs + 1) * each, left.reshape(-1), empty if right is None else right.reshape(-1))


def _grouped(keys: Indices, count: int, left: Indices, right: Indices) -> Terms:
    order = np.argsort(keys, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(keys, minlength=count))])
    return Terms(offsets, left[order], right[order] if len(right) else right)
