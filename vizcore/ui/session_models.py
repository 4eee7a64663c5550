"""Which models did this visitor make or bring? They stand in the lists of models until the tab is closed.

They come back with the visit (`ui/handover`), as long as they are small enough to be kept for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import streamlit as st

from vizcore.ui.names_apart import told_apart
from vizcore.ui.session import Visit, engine, visit
from vizcore.zoo import catalogue, session_cards
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.session_cards import SessionModel

KEY = "session_models"
MOST = 4
KEPT_MB = 200  # of one visit's models for a return, the newest first


@dataclass
class VisitModels:
    """models: listed, oldest first. tried: known to the engine for one photo, listed nowhere; one at a time."""

    models: list[SessionModel] = field(default_factory=list)
    tried: list[SessionModel] = field(default_factory=list)
    visit: Visit | None = None

    def to_leave(self) -> VisitModels:
        """What is kept for a return: the newest models that `KEPT_MB` holds."""
        kept: list[SessionModel] = []
        room = KEPT_MB * 1e6
        for made in reversed(self.models):
            room -= _bytes(made)
            if room < 0:
                break
            kept.insert(0, made)
        return VisitModels(kept)


def keep_for_visit(made: SessionModel) -> None:
    """Puts the model into the visitor's lists, under a title of its own; of more than `MOST` the oldest leaves."""
    held = _held()
    if any(each.card.key == made.card.key for each in held.models):
        return
    [title] = told_apart([made.card.title], [each.card.title for each in held.models])
    made = replace(made, card=replace(made.card, title=title))
    session_cards.keep(made)
    held.models.append(made)
    while len(held.models) > MOST:
        _forget(held.models.pop(0))


def keep_to_try(made: SessionModel) -> None:
    """The engine can be asked about this model, which is listed nowhere, until another one is tried."""
    held = _held()
    for other in [each for each in held.tried if each.card.key != made.card.key]:
        held.tried.remove(other)
        _forget(other)
    if not held.tried:
        session_cards.keep(made)
        held.tried.append(made)


def session_cards_of_visit() -> list[ModelCard]:
    """The visitor's own cards, oldest first."""
    return [each.card for each in _held().models]


def card_of(key: str) -> ModelCard:
    """The card with this key; of the visitor's own models under the title that it has in the visitor's lists.

    UnknownModel for a key that is nowhere.
    """
    held: VisitModels = st.session_state.get(KEY, VisitModels())
    own = {each.card.key: each.card for each in (*held.tried, *held.models)}
    return own[key] if key in own else catalogue.card(key)


def _held() -> VisitModels:
    held: VisitModels = st.session_state.setdefault(KEY, VisitModels())
    if held.visit is not visit():  # it began, or came back
        held.visit = visit()
        _forget_at_leave(visit(), held)
        for made in (*held.models, *held.tried):
            session_cards.keep(made)
    return held


def _bytes(made: SessionModel) -> float:
    """Of what was learnt or brought; a taught model's backbone is the zoo's."""
    whole = 4e6 * made.card.parameters_m if made.module is not None else 0.0
    return whole + float(sum(each.nbytes for each in made.tensors.values()))


def _forget(made: SessionModel) -> None:
    """Held once less; with its last holder nobody can ask about it any more, and its numbers leave the engine's memory.

    At a visit's end this runs where every visitor's messages come in, and so waits for nobody.
    """
    if session_cards.forget(made.card.key):
        engine().forget_model(made.card.key)


def _forget_at_leave(present: Visit, held: VisitModels) -> None:
    def forget() -> None:
        for made in (*held.models, *held.tried):
            _forget(made)
        held.models.clear()
        held.tried.clear()

    present.at_leave.append(forget)
