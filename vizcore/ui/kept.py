"""What does a page hold for its visitor beside the tray, and for how long after the visit has ended?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from vizcore.ui.later import LATER
from vizcore.ui.session import Visit, visit

KEPT_S = 180.0  # longer than Streamlit's own patience for a reconnection: a short loss of it keeps everything


class Held(Protocol):
    """State of a page. visit: whose it is; None before the first look."""

    visit: Visit | None


State = TypeVar("State", bound=Held)


def kept_for_visit(held: State, empty: Callable[[State], object]) -> State:
    """The same object, emptied KEPT_S after the end of this visit, unless a newer visit has taken it over by then."""
    if held.visit is not visit():
        held.visit = visit()
        visit().at_leave.append(lambda: empty_later(held, empty))
    return held


def empty_later(held: State, empty: Callable[[State], object]) -> None:
    """What the end of a visit does with what the page held: at once where its visitor deletes everything."""
    ended = held.visit

    def end() -> None:
        if held.visit is ended:
            empty(held)

    if ended is not None and ended.deleted:
        end()
        return
    LATER.add(end, KEPT_S)
