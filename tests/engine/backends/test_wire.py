"""Does everything survive the wire, is nothing run that is not ours, and are two versions told apart?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.engine import fakes
from vizcore.engine import Request
from vizcore.engine.backends.wire import (
    ByKey,
    address_of,
    by_key,
    code_sha256,
    identity,
    inputs_of,
    keys_in,
    operation_at,
    pack,
    put_back,
    unpack,
)
from vizcore.features import classify
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import visible_cards


def test_arrays_stay_read_only_wherever_they_lie() -> None:
    value = {"a": (np.zeros(3), [fakes.photo(2), fakes.answer(1)])}
    array, (photo, result) = unpack(pack(value), dict)["a"]
    assert not any(each.flags.writeable for each in (array, photo.rgb, result.vector))
    assert photo.sha256 == fakes.photo(2).sha256


def test_every_card_travels_by_value() -> None:
    for card in visible_cards():
        assert unpack(pack(card), ModelCard) == card


@pytest.mark.parametrize("photo", [None, fakes.photo(1), (fakes.photo(1), fakes.photo(2))])
def test_photos_go_by_key_and_come_back(photo: object) -> None:
    request = Request(fakes.brightness, "m", photo)
    hashed = by_key(request.photo)
    assert set(keys_in(hashed)) == set(inputs_of(request))
    assert b"rgb" not in pack(hashed)
    back = put_back(hashed, inputs_of(request))
    assert back is request.photo or back == request.photo


def test_an_operation_is_found_by_its_address() -> None:
    assert address_of(classify) == "vizcore.features.classes:classify"
    assert operation_at(address_of(classify)) is classify
    assert operation_at("tests.engine.fakes:brightness", ("tests.",)) is fakes.brightness


@pytest.mark.parametrize(
    "address",
    ["os:system", "vizcoreless:f", "vizcore.photo:Photo", "vizcore.photo:hashlib", "vizcore.errors:nothing", "x", ":"],
)
def test_nothing_else_can_be_called(address: str) -> None:
    with pytest.raises(ValueError, match="expected an operation"):
        operation_at(address)


def test_code_has_a_hash_that_notices_what_matters(tmp_path: Path) -> None:
    for name in ("engine/a.py", "ui/b.py"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x = 1")
    before = code_sha256(tmp_path)
    (tmp_path / "ui/b.py").write_text("x = 2")
    assert code_sha256(tmp_path) == before, "no answer depends on what shows it"
    (tmp_path / "engine/a.py").write_text("x = 2")
    assert code_sha256(tmp_path) != before
    assert {"vizcore", "torch", "python", "code"} <= identity().keys()


@dataclass(frozen=True)
class Pair:
    a: ByKey
    b: int


def test_other_dataclasses_are_left_alone() -> None:
    assert unpack(pack(Pair(ByKey("x"), 1)), Pair, ("tests.", "vizcore.")) == Pair(ByKey("x"), 1)
