"""The detective names the fault that was made, and refuses files that are no tensors."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vizcore.errors import TensorFileInvalid
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.preprocessing.recipes import RECIPES
from vizcore.preprocessing.variants.diagnosis import diagnose
from vizcore.preprocessing.variants.feeding import feed
from vizcore.preprocessing.variants.matching import EXACT, explain, read_tensor
from vizcore.preprocessing.variants.statistics import TensorStatistics, statistics_of
from vizcore.preprocessing.variants.table import VARIANTS, applicable
from vizcore.samples import load_sample

MINI, HALF, YOLO = RECIPES["mini-160"], RECIPES["half-224-bilinear"], DETECTION_RECIPES["letterbox-256"]
PHOTO = load_sample("coffee")  # from black to white in every channel


def codes(recipe: Any, values: Any) -> list[str]:
    return [finding.code for finding in diagnose(statistics_of(values), recipe)]


@pytest.mark.parametrize(
    ("recipe", "name", "code"),
    [
        (MINI, None, "fine"),
        (HALF, None, "fine"),
        (YOLO, None, "fine"),
        (MINI, "range_255", "range_255"),
        (HALF, "range_255", "range_255"),
        (YOLO, "range_255", "range_255"),
        (MINI, "not_normalised", "not_normalised"),
        (MINI, "wrong_mean_std", "wrong_mean_std"),
        (HALF, "wrong_mean_std", "wrong_mean_std"),
        (YOLO, "wrong_mean_std", "wrong_mean_std"),
        (MINI, "normalised_twice", "normalised_twice"),
        (MINI, "grey", "grey"),
    ],
)
def test_the_fault_that_was_made(recipe: Any, name: str | None, code: str) -> None:
    fed = feed(recipe, PHOTO, VARIANTS[name] if name else None)
    assert codes(recipe, fed.network)[0] == code


def test_faults_beyond_the_table() -> None:
    right = feed(MINI, PHOTO)
    assert codes(MINI, right.network[..., ::-1])[0] == "bgr"
    assert codes(MINI, right.values * 255)[0] == "unscaled"
    assert codes(MINI, feed(MINI, PHOTO).values / 255 * 0 + 3)[0] == "constant"
    twice = (right.values / 255 - np.array(MINI.mean)) / np.array(MINI.deviation)
    assert codes(MINI, twice)[0] == "divided_twice"
    assert codes(MINI, right.network[..., :1])[0] == "one_channel"
    broken = replace(statistics_of(right.network), most=(1.0, float("nan"), 2.0))
    assert [each.code for each in diagnose(broken, MINI)] == ["not_finite"]


def test_statistics_by_hand() -> None:
    found = statistics_of(np.array([[[0.0, 1.0], [2.0, 5.0]]]))
    assert found == TensorStatistics((0, 1), (2, 5), (1, 3), (1, 2))
    with pytest.raises(ValueError, match="as many numbers"):
        TensorStatistics((1,), (1, 2), (1,), (1,))


@pytest.mark.parametrize("recipe", [MINI, YOLO])
def test_a_tensor_is_explained_by_its_own_fault(recipe: Any) -> None:
    for variant in (None, *applicable(recipe)):
        tensor = feed(recipe, PHOTO, variant).network
        best = explain(tensor, PHOTO, recipe)[0]
        assert best.difference < EXACT
        assert best.name in {"right" if variant is None else variant.name, "right"}
        if variant is not None and best.name == "right":  # only where the fault changed nothing
            assert np.abs(tensor - feed(recipe, PHOTO).network).mean() < EXACT
    assert explain(np.zeros((7, 7, 3), np.float32), PHOTO, recipe) == ()


def saved(array: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


@pytest.mark.parametrize("shape", [(8, 9, 3), (3, 8, 9), (1, 3, 8, 9), (1, 8, 9, 3)])
def test_usual_shapes_become_channels_last(shape: tuple[int, ...]) -> None:
    assert read_tensor(saved(np.zeros(shape, np.float32))).shape == (8, 9, 3)


def with_header(header: str) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header) + 1) + header.encode() + b"\n" + bytes(64)


def with_shape(shape: str) -> bytes:
    return with_header(f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (with_shape(f"({'9' * 400}, 0, 4)"), "format"),
        (with_shape("(True, 4, 4)"), "format"),
        (with_shape("(-1, 4, 4)"), "format"),
        (with_shape(f"({2**31}, 0, 4)"), "format"),
        (with_shape(f"({'1073741824, ' * 40})"), "size"),
        (with_shape(f"({'1073741824, ' * 40}0)"), "damaged"),
        (with_header("{[]: 1}"), "format"),
        (with_header("-" * 9000 + "1"), "format"),
        (with_header("(" * 9000 + "1"), "format"),
        (b"", "format"),
        (b"\x93NUMPY\x09\x00rest", "format"),
        (saved(np.array([{"a": 1}], dtype=object), allow_pickle=True), "objects"),
        (saved(np.array(["a", "b"])), "numbers"),
        (saved(np.zeros((5, 5, 5), np.float32)), "shape"),
        (saved(np.zeros((2, 3, 8, 8), np.float32)), "shape"),
        (saved(np.zeros((0, 4, 3), np.float32)), "shape"),
        (saved(np.zeros((64, 64, 3), np.float32))[:-100], "damaged"),
    ],
)
def test_what_is_no_tensor(data: bytes, reason: str) -> None:
    with pytest.raises(TensorFileInvalid) as caught:
        read_tensor(data)
    assert caught.value.values["reason"] == reason


def test_a_header_that_promises_gigabytes_is_refused_before_memory_is_asked_for() -> None:
    data = saved(np.zeros((2, 2, 3), np.float32)).replace(b"(2, 2, 3)", b"(90000, 90000, 3)", 1)
    with pytest.raises(TensorFileInvalid):
        read_tensor(data)
