"""Are different settings always told apart, and equal ones never?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from vizcore.engine.fingerprint import fingerprint


@dataclass(frozen=True)
class Left:
    value: object = None
    other: object = None


@dataclass(frozen=True)
class Right:
    value: object = None
    other: object = None


LARGE = np.zeros((1000, 1000, 3))
ONE_PIXEL = LARGE.copy()
ONE_PIXEL[500, 500, 1] = 1e-9


DIFFERENT = [
    (1, 1.0),
    (1, True),
    (1, "1"),
    (0.1, 0.1 + 1e-17 + 1e-16),
    ((1, 2), (12,)),
    ((1, 2), [1, 2]),
    (("ab", "c"), ("a", "bc")),
    (((1,), 2), (1, (2,))),
    (None, ()),
    ({"a": 1}, {"a": 2}),
    (Left(1, 2), Left(2, 1)),
    (Left(1), Right(1)),
    (LARGE, ONE_PIXEL),
    (np.zeros((2, 3)), np.zeros((3, 2))),
    (np.zeros(2, np.float32), np.zeros(2, np.float64)),
]
EQUAL = [
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({3, 1, 2}, {2, 3, 1}),
    (Left((1, "x"), None), Left((1, "x"), None)),
    (np.arange(6).reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3))),
]


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=range(len(DIFFERENT)))
def test_different_values_differ(a: object, b: object) -> None:
    assert fingerprint(a) != fingerprint(b)


@pytest.mark.parametrize(("a", "b"), EQUAL, ids=range(len(EQUAL)))
def test_equal_values_agree(a: object, b: object) -> None:
    assert fingerprint(a) == fingerprint(b)


@pytest.mark.parametrize(
    "value", [object(), lambda: 1, Left(object()), np.array([object()])], ids=["object", "function", "inside", "array"]
)
def test_what_cannot_be_seen_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        fingerprint(value)
