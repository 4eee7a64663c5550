"""Is a visitor's model there for as long as somebody holds it?"""

from __future__ import annotations

from dataclasses import replace

from vizcore.zoo import session_cards
from vizcore.zoo.catalogue import card
from vizcore.zoo.session_cards import SessionModel

KEY = "own-held-by-two"


def brought() -> SessionModel:
    return SessionModel(replace(card("cnn-mini"), key=KEY), ("a", "b"), KEY, "own", {}, object())


def test_a_model_that_two_brought_stays_until_both_are_gone() -> None:
    first, second = brought(), brought()
    session_cards.keep(first)
    session_cards.keep(second)
    assert not session_cards.forget(KEY)
    assert session_cards.find(KEY) is first
    assert card(KEY) is first.card
    assert session_cards.forget(KEY)
    assert session_cards.find(KEY) is None
    assert session_cards.forget(KEY), "nobody held it"
    session_cards.keep(second)
    assert session_cards.find(KEY) is second
    assert session_cards.forget(KEY)
