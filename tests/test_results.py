"""Are results frozen, validated and written to JSON without losing a number?"""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from string import ascii_letters

import numpy as np
import pytest

from vizcore.photo import Note
from vizcore.results import SCHEMA, Classification, Embedding, FeatureMaps, Heatmap, Provenance, Result, to_plain

PROVENANCE = Provenance(operation="classify", model="cnn-mini", photos_sha256=("ab",), seed=7, notes=(Note("n"),))


def classification(*probabilities: float) -> Classification:
    values = np.array(probabilities)
    return Classification(PROVENANCE, tuple(ascii_letters[: len(values)]), values, np.log(values))


def test_top_by_hand() -> None:
    found = classification(0.2, 0.5, 0.3)
    assert found.top(2) == [(1, "b", 0.5), (2, "c", 0.3)]
    assert [label for _, label, _ in found.top(0)] == ["b", "c", "a"]


def test_the_same_answer_told_to_come_from_elsewhere() -> None:
    found = classification(0.2, 0.8)
    again = found.with_provenance(Provenance(device="cpu"))
    assert type(again) is Classification
    assert (again.provenance.device, found.provenance) == ("cpu", PROVENANCE)
    assert again.probabilities is found.probabilities
    with pytest.raises(FrozenInstanceError):
        again.labels = ()  # type: ignore[misc]


def test_equal_probabilities_keep_the_order_of_the_labels() -> None:
    many = classification(*[0.01, 0.03] * 25)  # enough for a sort that is not stable to show it
    assert [index for index, _, _ in many.top(0)] == [*range(1, 50, 2), *range(0, 50, 2)]


def test_nothing_to_classify_is_an_empty_result() -> None:
    assert classification().top(5) == []


def test_norm_by_hand() -> None:
    vector = Embedding(PROVENANCE, np.array([3.0, 4.0], np.float32), "pool")
    assert (vector.dimension, vector.norm) == (2, 5.0)


def test_arrays_are_read_only_copies() -> None:
    source = np.array([3.0, 4.0])
    vector = Embedding(PROVENANCE, source, "pool")
    source[0] = 0.0
    assert vector.vector[0] == 3.0
    assert not vector.vector.flags.writeable
    with pytest.raises(FrozenInstanceError):
        vector.layer = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "build",
    [
        lambda: Classification(PROVENANCE, ("a", "b"), np.ones(3), np.ones(2)),
        lambda: Classification(PROVENANCE, ("a", "b"), np.ones(2), np.ones((1, 2))),
        lambda: Embedding(PROVENANCE, np.ones((1, 2)), "pool"),
        lambda: FeatureMaps(PROVENANCE, np.ones((2, 2)), "stage1", (0, 0, 1, 1)),
        lambda: Heatmap(PROVENANCE, np.ones(4), (0, 0, 1, 1), "grad-cam", "stage4", "cat", 1.0),
    ],
    ids=["labels", "logits", "embedding", "maps", "heatmap"],
)
def test_shapes_that_do_not_fit_are_refused(build: object) -> None:
    with pytest.raises(ValueError, match=r"expected \w+ \(.*\), got \("):
        build()  # type: ignore[operator]


def test_json_keeps_every_number() -> None:
    values = np.array([0.1, 1 / 3, 1e-300])
    written = json.loads(json.dumps(Embedding(PROVENANCE, values, "pool").to_json(), allow_nan=False))
    assert written["vector"] == values.tolist()
    assert (written["schema"], written["kind"]) == (SCHEMA, "Embedding")
    assert written["provenance"]["photos_sha256"] == ["ab"]
    assert written["provenance"]["notes"] == [{"code": "n", "values": {}}]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (float("nan"), None),
        (np.float32("inf"), None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([[1.5, np.nan]]), [[1.5, None]]),
        ({1: (2, "x")}, {"1": [2, "x"]}),
        ([], []),
        (None, None),
    ],
)
def test_plain_values(value: object, plain: object) -> None:
    assert to_plain(value) == plain


def test_a_result_without_arrays_needs_only_its_provenance() -> None:
    assert Result(PROVENANCE).to_json()["kind"] == "Result"
