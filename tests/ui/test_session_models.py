"""Do the models of a visit leave the engine's memory with it, without anybody waiting, and stay for another visit?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.engine.fakes import brightness, photo
from vizcore.engine import Engine
from vizcore.ui import session_models
from vizcore.ui.session import Visit
from vizcore.ui.session_models import (
    MOST,
    VisitModels,
    card_of,
    keep_for_visit,
    keep_to_try,
    session_cards_of_visit,
)
from vizcore.zoo import session_cards
from vizcore.zoo.catalogue import card
from vizcore.zoo.session_cards import SessionModel

As = Callable[[Visit], AbstractContextManager[None]]


def model(name: str) -> SessionModel:
    return SessionModel(replace(card("cnn-mini"), key=name), ("a", "b"), name, "own", {}, object())


def test_a_visit_that_ends_waits_for_no_replica(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    made = model("own")
    session_cards.keep(made)
    engine.run(brightness, "own", photo())
    waited_for: list[str] = []
    monkeypatch.setattr(engine, "evict", waited_for.append)
    ending, held = Visit("ending"), VisitModels([made])
    session_models._forget_at_leave(ending, held)
    ending.leave()
    assert session_cards.find("own") is None
    assert engine.status().models == ()
    assert waited_for == []
    assert held.models == []


@pytest.fixture
def evicted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(session_models, "engine", lambda: SimpleNamespace(forget_model=asked.append))
    return asked


@pytest.fixture
def states() -> dict[str, dict[str, Any]]:
    """Of each session, by its name."""
    return {}


@pytest.fixture
def as_visitor(states: dict[str, dict[str, Any]], evicted: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[As]:
    visits: list[Visit] = []

    @contextmanager
    def of(visit: Visit) -> Iterator[None]:
        visits.append(visit)
        with monkeypatch.context() as patch:
            patch.setattr("streamlit.session_state", states.setdefault(visit.session, {}))
            patch.setattr(session_models, "visit", lambda: visit)
            yield

    yield of
    for each in visits:
        end(each)


def end(visit: Visit) -> None:
    for action in visit.at_leave:
        action()


def test_a_file_that_two_brought_outlives_the_first_who_leaves(as_visitor: As, evicted: list[str]) -> None:
    ann, bob = Visit("ann"), Visit("bob")
    for each in (ann, bob):
        with as_visitor(each):
            keep_for_visit(model("own-teacher"))
    end(ann)
    assert session_cards.find("own-teacher")
    assert evicted == []
    with as_visitor(bob):
        assert [each.key for each in session_cards_of_visit()] == ["own-teacher"]
    end(bob)
    assert session_cards.find("own-teacher") is None
    assert evicted == ["own-teacher"]


def test_what_leaves_the_list_is_there_for_those_who_list_it(as_visitor: As, evicted: list[str]) -> None:
    ann, bob = Visit("ann"), Visit("bob")
    with as_visitor(bob):
        keep_for_visit(model("own-0"))
    with as_visitor(ann):
        keep_to_try(model("own-1"))
        for number in range(MOST + 2):
            keep_for_visit(model(f"own-{number}"))
    assert evicted == [], "one is the other visitor's too, the other one is being tried"
    assert session_cards.find("own-0")
    assert session_cards.find("own-1")
    with as_visitor(ann):
        keep_to_try(model("own-5"))
    assert evicted == ["own-1"]
    end(ann)
    assert session_cards.find("own-0")
    assert session_cards.find("own-5") is None


def test_a_visit_that_comes_back_holds_its_models_once(
    as_visitor: As, states: dict[str, dict[str, Any]], evicted: list[str]
) -> None:
    back = Visit("ann")
    states["ann"] = {session_models.KEY: VisitModels([model("own-back")])}
    for _ in range(2):
        with as_visitor(back):
            assert [each.key for each in session_cards_of_visit()] == ["own-back"]
    end(back)
    assert session_cards.find("own-back") is None
    assert evicted == ["own-back"]


def test_models_of_one_title_are_told_apart_wherever_they_are_named(as_visitor: As) -> None:
    with as_visitor(Visit("ann")):
        keep_to_try(model("own-b"))
        for key in ("own-a", "own-b", "own-a", "own-c"):
            keep_for_visit(model(key))
        titles = [each.title for each in session_cards_of_visit()]
        assert titles == ["CNN mini", "CNN mini (2)", "CNN mini (3)"]
        assert [card(each.key).title for each in session_cards_of_visit()] == titles


def test_each_of_two_who_brought_one_file_reads_a_title_of_their_own(as_visitor: As) -> None:
    ann, bob = Visit("ann"), Visit("bob")
    with as_visitor(ann):
        keep_for_visit(model("own-other"))
        keep_for_visit(model("own-file"))
    with as_visitor(bob):
        keep_for_visit(model("own-file"))
    for visit, title in ((ann, "CNN mini (2)"), (bob, "CNN mini")):
        with as_visitor(visit):
            assert card_of("own-file").title == title
            assert card_of("cnn-mini") is card("cnn-mini")


def test_a_model_that_is_tried_and_listed_has_its_title_of_the_list(as_visitor: As) -> None:
    with as_visitor(Visit("ann")):
        keep_for_visit(model("own-a"))
        keep_to_try(model("own-b"))
        assert card_of("own-b").title == "CNN mini"
        keep_for_visit(model("own-b"))
        assert card_of("own-b").title == "CNN mini (2)"
