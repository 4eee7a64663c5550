"""Does a replica keep only inputs that belong under their keys?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vizcore.engine.backends.bundle import bundle
from vizcore.engine.backends.held_inputs import HeldInputs
from vizcore.engine.backends.keys import key_of
from vizcore.engine.backends.plain import OURS
from vizcore.engine.backends.wire import ByKey
from vizcore.errors import MessageRefused
from vizcore.learning.contest.digits import DigitData, LabelledDigits
from vizcore.photo import Note, Photo
from vizcore.preprocessing.geometry import Placement
from vizcore.results import Embedding, Provenance
from vizcore.segmentation.results import ImageEmbedding
from vizcore.tracking.propagation import EncodedFrame


def photo(value: int) -> Photo:
    return Photo(np.full((4, 5, 3), value, np.uint8), "a photo")


def packed(inputs: dict[str, Any]) -> bytes:
    return b"".join(bytes(part) for part in bundle(inputs))


def held() -> HeldInputs:
    return HeldInputs(1, lambda references: references, OURS)


@pytest.mark.parametrize("way", ["given", "to_keep", "to_read"])
def test_honest_photos_are_found(way: str) -> None:
    one, two = photo(1), photo(2)
    data = packed({each.sha256: each for each in (one, two)})
    ways: dict[str, Any] = {"given": b"", "to_keep": [], "to_read": []} | {way: data if way == "given" else [data]}
    inputs = held()
    found = inputs.find([one.sha256, two.sha256], **ways)
    assert {name: each.rgb[0, 0, 0] for name, each in found.items()} == {one.sha256: 1, two.sha256: 2}
    assert sorted(inputs.list_keys()) == ([] if way == "to_read" else sorted([one.sha256, two.sha256]))


@pytest.mark.parametrize("way", ["given", "to_keep", "to_read"])
@pytest.mark.parametrize(
    "lie",
    [
        {photo(1).sha256: replace(photo(2), sha256=photo(1).sha256)},  # other pixels under a photo's hash
        {photo(1).sha256: photo(2)},  # another photo under it
        {photo(1).sha256: photo(1), "0" * 64: replace(photo(3), sha256="0" * 64)},  # beside an honest one
    ],
)
def test_a_photo_that_is_not_what_its_hash_says_is_refused_and_not_kept(way: str, lie: dict[str, Photo]) -> None:
    data = packed(lie)
    ways: dict[str, Any] = {"given": b"", "to_keep": [], "to_read": []} | {way: data if way == "given" else [data]}
    inputs = held()
    with pytest.raises(MessageRefused):
        inputs.find([photo(1).sha256], **ways)
    assert inputs.list_keys() == []


def embedding(sha256: str, *photos: str) -> ImageEmbedding:
    place = Placement((1.0, 1.0), (0.0, 0.0), (4, 5), (4, 5))
    return ImageEmbedding(Provenance(photos_sha256=photos), (np.zeros((1, 2, 2), np.float32),), place, (4, 5), sha256)


def digits() -> DigitData:
    part = LabelledDigits(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.int64))
    return DigitData(part, part, "idx")


ONE, OTHER = photo(1).sha256, photo(2).sha256


@pytest.mark.parametrize(
    "value",
    [embedding(ONE, ONE), EncodedFrame(photo(1), embedding(ONE, ONE)), digits()],
    ids=["an embedding", "a frame with its embedding", "digits"],
)
def test_other_inputs_are_found(value: Any) -> None:
    inputs, key = held(), key_of(value)
    assert type(inputs.find([key], packed({key: value}), [], [])[key]) is type(value)
    assert inputs.list_keys() == [key]


def its_key(value: Any) -> tuple[str, Any]:
    return key_of(value), value


STRANGE: dict[str, tuple[Any, Any]] = {
    "nothing": (ONE, None),
    "a text": (ONE, "a photo"),
    "a key": (ONE, ByKey(ONE)),
    "a note": (ONE, Note("code", {"rgb": 1, "sha256": ONE})),
    "a number as its hash": (1, photo(1)),
    "an answer without a hash": (ONE, Embedding(Provenance(photos_sha256=(ONE,)), np.zeros(2), "")),
    "an embedding in its photo's place": (ONE, embedding(ONE, ONE)),
    "an embedding of another photo": (key_of(embedding(ONE, ONE)), embedding(OTHER, OTHER)),
    "an embedding of no photo": (key_of(embedding(ONE)), embedding(ONE)),
    "a frame with another photo": its_key(EncodedFrame(replace(photo(2), sha256=ONE), embedding(ONE, ONE))),
    "a frame with another embedding": its_key(EncodedFrame(photo(1), embedding(OTHER, OTHER))),
    "a frame of a key alone": (f"{ONE}|x", EncodedFrame(ByKey(ONE), embedding(ONE, ONE))),  # type: ignore[arg-type]
    "other digits": (ONE, digits()),
    "digits that are none": (f"{ONE}|x", DigitData(1, 2, "idx")),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("key", "value"), STRANGE.values(), ids=STRANGE)
def test_what_does_not_belong_under_its_key_is_refused_and_not_kept(key: Any, value: Any) -> None:
    inputs = held()
    with pytest.raises(MessageRefused):
        inputs.find([ONE], packed({key: value}), [], [])
    assert inputs.list_keys() == []
