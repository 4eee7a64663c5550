"""Can every request travel to another process, and does it carry no name?"""

from __future__ import annotations

import pickle

import pytest

from tests.engine.fakes import Named, brightness, counted, photo
from vizcore.engine import Request
from vizcore.photo import Note, Photo


@pytest.mark.parametrize(
    "request_",
    [
        Request(brightness, "model", photo(3)),
        Request(brightness, "model", (photo(1), photo(2)), Named("a")),
        Request(counted, "model", None, Named("a", 5)),
    ],
    ids=["photo", "two photos", "no photo"],
)
def test_a_request_survives_the_journey(request_: Request) -> None:
    there = pickle.loads(pickle.dumps(request_))
    assert there.key == request_.key
    assert there.operation is request_.operation


def test_names_and_notes_stay_behind() -> None:
    named = Photo(photo(1).rgb, "ALICE.jpg", (Note("location_removed"),))
    request = Request(brightness, "model", (named, named))
    assert b"ALICE" not in pickle.dumps(request)
    assert [each.notes for each in request.photo] == [(), ()]
    assert request.key == Request(brightness, "model", (photo(1), photo(1))).key


def test_what_the_key_tells_apart() -> None:
    keys = {
        Request(operation, model, picture, settings).key
        for operation in (brightness, counted)
        for model in ("a", "b")
        for picture in (None, photo(1), photo(2), (photo(1), photo(2)), (photo(2), photo(1)))
        for settings in (None, Named("x"), Named("x", 4))
    }
    assert len(keys) == 2 * 2 * 5 * 3


def test_operations_inside_functions_are_refused() -> None:
    with pytest.raises(ValueError, match="level of a module"):
        Request(lambda model, picture, settings: None, "model")


def test_pictures_without_a_hash_are_refused() -> None:
    with pytest.raises(ValueError, match="sha256"):
        _ = Request(brightness, "model", photo(1).rgb).key
