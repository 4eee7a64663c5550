"""Which fault explains somebody else's tensor of the same photo? Every variant is made and compared with it."""

from __future__ import annotations

import io
import math
import struct
import tokenize
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from vizcore.errors import TensorFileInvalid
from vizcore.errors.runtimes import TensorFileReason
from vizcore.photo import Photo
from vizcore.preprocessing.fitting import Exact
from vizcore.preprocessing.variants.feeding import feed
from vizcore.preprocessing.variants.table import AnyRecipe, applicable

LIMIT_MB = 50.0
RIGHT = "right"
EXACT = 1e-3  # mean absolute difference in the network's numbers below which two pipelines are called the same
NEAR = 0.12
MOST_SIDE = 2**31
UNREADABLE_HEADER = (  # what NumPy's reader raises: the header is a Python literal, and may be any
    ValueError, KeyError, TypeError, EOFError, OverflowError, MemoryError, RecursionError, struct.error, SyntaxError,
    UnicodeError, tokenize.TokenError,
)  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """name: of a variant, or "right". difference: mean absolute difference of the network's numbers."""

    name: str
    difference: float


def read_tensor(data: bytes) -> Exact:
    """An .npy file of one picture -> (H, W, C) float32, channels last. Error: TensorFileInvalid.

    Channels first, or a batch of one, are put right. Only plain numbers are read: a file with pickled objects is
    refused before anything in it is opened, and so is one larger than its header says.
    """
    if len(data) > LIMIT_MB * 1e6:
        raise refusal("size")
    shape, dtype = _header(data)
    if dtype.hasobject:
        raise refusal("objects")
    if dtype.kind not in "fiub":
        raise refusal("numbers")
    if math.prod(shape) * dtype.itemsize > LIMIT_MB * 1e6:
        raise refusal("size")
    try:
        values = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError, OSError):
        raise refusal("damaged") from None
    return _channels_last(values).astype(np.float32)


def refusal(reason: TensorFileReason, shape: tuple[int, ...] = ()) -> TensorFileInvalid:
    """The error for a file that is not the tensor of one picture."""
    return TensorFileInvalid(reason=reason, limit_mb=LIMIT_MB, shape=" x ".join(map(str, shape)))


def _header(data: bytes) -> tuple[tuple[int, ...], np.dtype[Any]]:
    stream = io.BytesIO(data)
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    try:
        version = npy.read_magic(stream)
        shape, _order, dtype = readers[version](stream, max_header_size=10_000)
    except UNREADABLE_HEADER:
        raise refusal("format") from None
    if not all(type(side) is int and 0 <= side < MOST_SIDE for side in shape):  # True is an int to NumPy's reader
        raise refusal("format")
    return shape, dtype


def _channels_last(values: NDArray[Any]) -> NDArray[Any]:
    while values.ndim > 3 and values.shape[0] == 1:
        values = values[0]
    if values.ndim == 2:
        values = values[..., None]
    if values.ndim != 3 or 0 in values.shape:
        raise refusal("shape", values.shape)
    if values.shape[0] in (1, 3, 4) and values.shape[2] not in (1, 3, 4):
        values = values.transpose(1, 2, 0)
    if values.shape[2] not in (1, 3, 4):
        raise refusal("shape", values.shape)
    return values


def explain(tensor: Exact, photo: Photo, recipe: AnyRecipe) -> tuple[Explanation, ...]:
    """Every pipeline whose tensor has the same size, nearest first; () where none has.

    tensor (H, W, 3): what the network is given, so after normalisation.
    """
    candidates = [(RIGHT, feed(recipe, photo))]
    candidates += [(variant.name, feed(recipe, photo, variant)) for variant in applicable(recipe)]
    found = [
        Explanation(name, float(np.abs(fed.network.astype(np.float64) - tensor).mean()))
        for name, fed in candidates
        if fed.network.shape == tensor.shape
    ]
    return tuple(sorted(found, key=lambda each: (each.difference, each.name != RIGHT)))
