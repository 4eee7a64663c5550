"""Does provenance name the model, the weights, the pictures, the settings and the versions?"""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import pytest

import vizcore
from tests.engine.fakes import FakeModel, card, photo
from vizcore.provenance import provenance_of
from vizcore.results import to_plain


@dataclass(frozen=True)
class Dream:
    seed: int = 7
    target: str = "cat"


def test_everything_is_named() -> None:
    made = provenance_of("dream", FakeModel(card("key"), "cpu"), (photo(1), photo(2)), Dream())
    assert made.versions["vizcore"] == vizcore.__version__
    assert made.versions.keys() >= {"torch", "torchvision", "transformers"}
    assert (made.operation, made.model, made.weights_sha256) == ("dream", "key", "weights of key")
    assert made.photos_sha256 == (photo(1).sha256, photo(2).sha256)
    assert (made.settings, made.seed) == ({"seed": 7, "target": "cat"}, 7)
    assert pickle.loads(pickle.dumps(made)) == made
    assert to_plain(made)["photos_sha256"] == [photo(1).sha256, photo(2).sha256]


@pytest.mark.parametrize(("photos", "hashes"), [(None, ()), (photo(1), (photo(1).sha256,)), ((), ())])
def test_pictures(photos: object, hashes: tuple[str, ...]) -> None:
    made = provenance_of("classify", FakeModel(card(), "cpu"), photos)  # type: ignore[arg-type]
    assert (made.photos_sha256, made.settings, made.seed) == (hashes, {}, None)


def test_settings_have_to_be_a_dataclass() -> None:
    with pytest.raises(ValueError, match="dataclass"):
        provenance_of("classify", FakeModel(card(), "cpu"), None, {"seed": 1})
