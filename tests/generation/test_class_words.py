"""Which class do some words mean, and does a model know one that is called so?"""

from __future__ import annotations

from typing import Any

import pytest

from vizcore.errors import AmbiguousClass, UnknownClass
from vizcore.generation.class_names import class_of, knows_class

TINY = ("tabby, tabby cat", "Persian cat", "golden retriever", "hot dog, red hot", "tiger shark")


@pytest.mark.parametrize(
    ("wanted", "labels", "expected"),
    [
        (("cat",), TINY, 0),
        (("dog",), TINY, 2),
        (("cat",), ("dog", "cat"), 1),  # CIFAR-10's words
        (("shark",), TINY, 4),
        (("tabby",), ("cat, tabby", "dog"), 0),  # a name shared with another model's label
        (("zebra",), TINY, UnknownClass),
        (("er",), TINY, AmbiguousClass),
        (("",), TINY, UnknownClass),
        ((), TINY, UnknownClass),
    ],
)
def test_words_mean_a_class(wanted: tuple[str, ...], labels: tuple[str, ...], expected: Any) -> None:
    if isinstance(expected, int):
        assert class_of(wanted, labels, "m") == expected
    else:
        with pytest.raises(expected):
            class_of(wanted, labels, "m")


@pytest.mark.parametrize(
    ("wanted", "labels", "known"),
    [
        (("cat",), TINY, True),
        (("er",), TINY, True),
        (("zebra",), TINY, False),
        (("zebra", "shark"), TINY, True),
        ((), TINY, False),
        (("cat",), (), False),
    ],
    ids=["one", "several", "none", "the second words", "no words", "no classes"],
)
def test_a_class_is_known_by_one_name_or_several(wanted: tuple[str, ...], labels: tuple[str, ...], known: bool) -> None:
    assert knows_class(wanted, labels) is known
