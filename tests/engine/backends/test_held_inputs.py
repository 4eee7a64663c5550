"""Does a replica keep only photos that are what their hashes say?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vizcore.engine.backends.bundle import bundle
from vizcore.engine.backends.held_inputs import HeldInputs
from vizcore.engine.backends.plain import OURS
from vizcore.errors import MessageRefused
from vizcore.photo import Photo


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
    assert sorted(inputs.list_hashes()) == ([] if way == "to_read" else sorted([one.sha256, two.sha256]))


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
    assert inputs.list_hashes() == []
