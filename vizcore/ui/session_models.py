"""Which models did this visitor make or bring? They stand in the lists of models until the tab is closed."""

from __future__ import annotations

import streamlit as st

from vizcore.ui.session import Visit, visit
from vizcore.zoo import session_cards
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.session_cards import SessionModel

KEY = "session_models"
MOST = 4


def keep_for_visit(made: SessionModel) -> None:
    """Puts the model into the visitor's lists; of more than `MOST` the oldest leaves."""
    keys = _keys()
    if made.card.key in keys:
        return
    session_cards.keep(made)
    keys.append(made.card.key)
    while len(keys) > MOST:
        session_cards.forget(keys.pop(0))


def session_cards_of_visit() -> list[ModelCard]:
    """The visitor's own cards, oldest first."""
    found = [session_cards.find(key) for key in _keys()]
    return [each.card for each in found if each is not None]


def _keys() -> list[str]:
    held: dict[str, object] = st.session_state.setdefault(KEY, {"keys": [], "visit": None})
    keys: list[str] = held["keys"]  # type: ignore[assignment]
    if held["visit"] is not visit():
        held["visit"] = visit()
        _forget_at_leave(visit(), keys)
    return keys


def _forget_at_leave(present: Visit, keys: list[str]) -> None:
    def forget() -> None:
        for key in keys:
            session_cards.forget(key)
        keys.clear()

    present.at_leave.append(forget)
