"""Do requests that wait go into one model call where that is allowed, each with its own answer?"""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine import fakes
from tests.engine.fakes import FakeModel, Named, gated, photo, value_of
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import Engine, Request
from vizcore.engine.batching import BATCHED, alike, answers_of, can_batch, together
from vizcore.features import EmbedSettings, classify, embed
from vizcore.features.classes import classify_each
from vizcore.features.embedding import embed_each
from vizcore.photo import Photo
from vizcore.results import Provenance, Result, ResultGroup

CALLS: list[int] = []


def brightness_each(model: FakeModel, photos: tuple[Photo, ...], settings: object) -> ResultGroup:
    CALLS.append(len(photos))
    if any(each.rgb[0, 0, 0] == 99 for each in photos):
        raise KeyError("one of them is bad")
    return ResultGroup(Provenance(device="x"), tuple(fakes.brightness(model, each, settings) for each in photos))


@pytest.fixture
def batched(make_engine: fakes.Maker, monkeypatch: pytest.MonkeyPatch) -> Engine:
    CALLS.clear()
    monkeypatch.setitem(BATCHED, "tests.engine.fakes.brightness", f"{__name__}:brightness_each")
    return make_engine(batch_limit=3)


def ask_while_busy(engine: Engine, values: list[int]) -> list[Result]:
    begun, go_on = fakes.gate("first")
    engine.submit(gated, "model", photo(), Named("first"), session="first")
    assert begun.wait(PATIENCE_S)
    handles = [engine.submit(fakes.brightness, "model", photo(value), session=f"s{value}") for value in values]
    go_on.set()
    return [handle.result(PATIENCE_S) for handle in handles]


def test_who_waits_is_answered_together(batched: Engine) -> None:
    results = ask_while_busy(batched, [1, 2, 3, 4])
    assert [value_of(each) for each in results] == [1, 2, 3, 4]
    assert CALLS == [3], "at most three in one call; the last one was alone"
    assert [note.code for note in results[0].provenance.notes] == ["batched"]
    assert value_of(batched.run(fakes.brightness, "model", photo(2))) == 2
    assert CALLS == [3], "each answer is kept by itself"


def test_one_bad_photo_spoils_no_other_answer(batched: Engine) -> None:
    results = ask_while_busy(batched, [1, 99, 3])
    assert [value_of(each) for each in results] == [1, 99, 3], "each alone, where the call together failed"


def test_nobody_waits_for_others_to_come(batched: Engine) -> None:
    assert value_of(batched.run(fakes.brightness, "model", photo(5))) == 5
    assert CALLS == []


def test_off_unless_asked_for(make_engine: fakes.Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    CALLS.clear()
    monkeypatch.setitem(BATCHED, "tests.engine.fakes.brightness", f"{__name__}:brightness_each")
    ask_while_busy(make_engine(), [1, 2, 3])
    assert CALLS == []


def test_one_who_left_is_not_computed(batched: Engine) -> None:
    begun, go_on = fakes.gate("first")
    batched.submit(gated, "model", photo(), Named("first"), session="first")
    assert begun.wait(PATIENCE_S)
    handles = [batched.submit(fakes.brightness, "model", photo(value), session=f"s{value}") for value in (1, 2, 3)]
    batched.close_session("s2")
    go_on.set()
    assert [value_of(handles[place].result(PATIENCE_S)) for place in (0, 2)] == [1, 3]
    assert CALLS == [2]
    wait_until(lambda: batched.status().running == 0)


def test_what_may_go_together() -> None:
    one = Request(embed, "m", photo(1), EmbedSettings())
    assert can_batch(one)
    assert alike(one, Request(embed, "m", photo(2), EmbedSettings()))
    assert not alike(one, Request(embed, "other", photo(2), EmbedSettings()))
    assert not alike(one, Request(embed, "m", photo(2), EmbedSettings("logits")))
    assert not alike(one, Request(classify, "m", photo(2)))
    assert not can_batch(Request(embed, "m", (photo(1), photo(2))))
    assert together([one, one]).operation is embed_each
    assert answers_of(None, 2) == [None, None]


def test_batches_agree_with_single_photos() -> None:
    from vizcore.samples import load_sample
    from vizcore.zoo.catalogue import card
    from vizcore.zoo.load import load_model

    model = load_model(card("cnn-mini"), "cpu")
    photos = (load_sample("cat"), Photo(np.ascontiguousarray(load_sample("cat").rgb[:, ::-1]), "mirrored"))
    classes = classify_each(model, photos).results  # type: ignore[arg-type]
    vectors = embed_each(model, photos).results  # type: ignore[arg-type]
    for place, each in enumerate(photos):
        alone, vector = classify(model, each), embed(model, each)  # type: ignore[arg-type]
        np.testing.assert_allclose(classes[place].probabilities, alone.probabilities, atol=1e-5)  # type: ignore[attr-defined]
        np.testing.assert_allclose(vectors[place].vector, vector.vector, atol=1e-4)  # type: ignore[attr-defined]
        assert classes[place].provenance.photos_sha256 == (each.sha256,)
