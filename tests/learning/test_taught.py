"""Is a trained model the same after its way through a file, and is a file that is none refused?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from tests.tiny_models import noise_photo
from vizcore.errors import BackboneDiffers, ModelCannot, TaughtFileInvalid, UnknownModel
from vizcore.features import classify
from vizcore.learning.cards import session_model
from vizcore.learning.judged import Taught
from vizcore.learning.probe import ProbeTask, learn_probe
from vizcore.learning.split import split_photos
from vizcore.learning.taught import HEADER_KEY, Packing, TaughtModel, pack, rescored, unpack
from vizcore.zoo import session_cards
from vizcore.zoo.catalogue import card, cards_for
from vizcore.zoo.load import load_model
from vizcore.zoo.protocols import FeatureModel

LABELS = ("mug", "stapler")
BASE = "cnn-mini"


@pytest.fixture(scope="module")
def base() -> FeatureModel:
    model = load_model(card(BASE), "cpu")
    assert isinstance(model, FeatureModel)
    return model


@pytest.fixture(scope="module")
def vectors(base: FeatureModel) -> np.ndarray:
    photos = [noise_photo(96, 96, seed=seed) for seed in range(12)]
    found: np.ndarray = base.embed(base.pixels([base.prepare(each) for each in photos])).numpy()
    return found


def taught(vectors: np.ndarray, base: FeatureModel, method: Any = "linear") -> tuple[Taught, Packing]:
    classes = np.arange(12) % 2
    parts = split_photos(classes, np.arange(12), LABELS).parts
    task = ProbeTask(vectors, classes, parts, LABELS, method, BASE, base.weights_sha256)
    found = learn_probe(None, None, task)
    return found, Packing(base.weights_sha256, base.card.recipe, {"test": ("a",)}, vectors[found.rows], 0.7)


def changed(data: bytes, record: dict[str, Any] | None = None, tensors: dict[str, np.ndarray] | None = None) -> bytes:
    """The same file with another record or other tensors."""
    known = dict(unpack(data).record) | (record or {})
    return save(load(data) | (tensors or {}), metadata={HEADER_KEY: json.dumps(known)})


@pytest.mark.parametrize("method", ["linear", "knn"])
def test_there_and_back(vectors: np.ndarray, base: FeatureModel, method: str) -> None:
    found, packing = taught(vectors, base, method)
    again = unpack(pack(found, packing))
    assert (again.method, again.backbone, again.labels) == (method, BASE, LABELS)
    assert again.probabilities(vectors[found.rows]) == pytest.approx(found.probabilities, abs=1e-5)
    assert again.record["report"]["accuracy"] == found.accuracy
    assert again.record["report"]["confusion"] == found.confusion.tolist()
    assert again.record["preprocessing"]["recipe"] == "mini-160"
    assert again.record["threshold"] == 0.7
    score = rescored(again)
    assert (score.asked, score.right, score.agrees) == (len(found.truth), found.right, True)


def test_a_file_that_claims_too_much_does_not_agree(vectors: np.ndarray, base: FeatureModel) -> None:
    found, packing = taught(vectors, base)
    data = pack(found, packing)
    report = unpack(data).record["report"] | {"accuracy": 1.0 if found.accuracy < 0.5 else 0.0}
    assert not rescored(unpack(changed(data, {"report": report}))).agrees
    without = {name: each for name, each in load(data).items() if not name.startswith("test.")}
    bare = unpack(save(without, metadata={HEADER_KEY: json.dumps(unpack(data).record)}))
    assert rescored(bare).asked == 0
    assert not rescored(bare).agrees


def headed(header: bytes) -> bytes:
    """A file of this header and no tensor."""
    return len(header).to_bytes(8, "little") + header


@pytest.mark.parametrize(
    "data",
    [
        b"", b"PK\x03\x04", b"\x80\x04.", b"\xff" * 64, (10**6).to_bytes(8, "little") + b"{}", headed(b"[1]"),
        headed(b'{"__metadata__": "x"}'), headed(b'{"__metadata__": {"vizcore": "7"}}'),
        headed(b'{"__metadata__": {"vizcore": {}}}'),
    ],
)  # fmt: skip
def test_what_is_no_safetensors_is_refused(data: bytes) -> None:
    with pytest.raises(TaughtFileInvalid) as caught:
        unpack(data)
    assert caught.value.values["reason"] == "format"


def test_a_safetensors_of_somebody_else_is_refused() -> None:
    with pytest.raises(TaughtFileInvalid) as caught:
        unpack(save({"weight": np.zeros((2, 2), np.float32)}))
    assert caught.value.values["reason"] == "record"


@pytest.mark.parametrize(
    "record",
    [{"labels": ["a"]}, {"labels": "ab"}, {"labels": ["a", "a"]}, {"method": ["x"]}, {"report": 3}, {"schema": "x"}],
)
def test_records_that_do_not_hold(vectors: np.ndarray, base: FeatureModel, record: dict[str, Any]) -> None:
    with pytest.raises(TaughtFileInvalid):
        unpack(changed(pack(*taught(vectors, base)), record))


@pytest.mark.parametrize(
    "tensors",
    [
        {"weight": np.zeros((3, 256), np.float32)},
        {"bias": np.full(2, np.nan, np.float32)},
        {"test.vectors": np.zeros((1, 9), np.float32)},
        {"test.classes": np.array([9, 9], np.float32)},
    ],
)
def test_tensors_that_do_not_fit(vectors: np.ndarray, base: FeatureModel, tensors: dict[str, np.ndarray]) -> None:
    with pytest.raises(TaughtFileInvalid) as caught:
        unpack(changed(pack(*taught(vectors, base)), tensors=tensors))
    assert caught.value.values["reason"] == "tensors"


@pytest.fixture
def made(vectors: np.ndarray, base: FeatureModel) -> Any:
    model = session_model(unpack(pack(*taught(vectors, base))))
    session_cards.keep(model)
    yield model
    session_cards.forget(model.card.key)


def test_the_trained_model_is_a_card_like_any_other(made: Any, vectors: np.ndarray, base: FeatureModel) -> None:
    loaded = load_model(card(made.card.key), "cpu")
    assert isinstance(loaded, FeatureModel)
    assert tuple(loaded.labels) == LABELS
    photo = noise_photo(96, 96, seed=0)
    found = classify(loaded, photo)
    expected = unpack(pack(*taught(vectors, base))).probabilities(vectors[:1])
    assert found.probabilities == pytest.approx(expected[0], abs=1e-4)
    assert set(loaded.stages) == set(base.stages)
    pixels = base.pixels([base.prepare(photo)])
    assert np.array_equal(loaded.embed(pixels).numpy(), base.embed(pixels).numpy())  # the frozen trunk, bit for bit


def test_the_card_is_found_by_its_key_and_listed_nowhere(made: Any) -> None:
    assert card(made.card.key) is made.card
    assert made.card.key not in {each.key for each in cards_for("classify")}
    session_cards.forget(made.card.key)
    with pytest.raises(UnknownModel):
        card(made.card.key)


def test_neighbours_are_no_card_and_other_weights_no_base(vectors: np.ndarray, base: FeatureModel) -> None:
    with pytest.raises(ModelCannot):
        session_model(unpack(pack(*taught(vectors, base, "knn"))))
    model = unpack(pack(*taught(vectors, base)))
    other = TaughtModel({**model.record, "backbone_sha256": "0" * 64}, model.tensors)
    with pytest.raises(BackboneDiffers):
        session_model(other)
    with pytest.raises(UnknownModel):
        session_model(replace(model, record={**model.record, "backbone": "nobody"}))
    with pytest.raises(TaughtFileInvalid):  # a detector has no head to be put in
        session_model(replace(model, record={**model.record, "backbone": "yolo-mini"}))
