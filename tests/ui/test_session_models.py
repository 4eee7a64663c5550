"""Do the models of a visit leave the engine's memory with it, without anybody waiting?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.fakes import brightness, photo
from vizcore.engine import Engine
from vizcore.ui import session_models
from vizcore.ui.session import Visit
from vizcore.ui.session_models import VisitModels
from vizcore.zoo import session_cards
from vizcore.zoo.catalogue import card
from vizcore.zoo.session_cards import SessionModel


def test_a_visit_that_ends_waits_for_no_replica(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    made = SessionModel(replace(card("cnn-mini"), key="own"), ("a", "b"), "own", "own", {}, object())
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
