"""May this visit begin? On a hosted server, one visitor's tabs and all visits together have a limit."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from vizcore.errors import TooManyVisits
from vizcore.settings import Settings, current
from vizcore.ui import access
from vizcore.ui.owner import owner_now
from vizcore.ui.session import Visit, let_in_beside, visit
from vizcore.ui.visitor.cookie import Owner

_deciding = threading.Lock()  # else two that come at once would both be given the last place


def refusal() -> access.Refusal | None:
    """Why this session has to wait; None for those that are in, or that there is room for. Whoever closes a tab makes
    room; who waits takes none."""
    settings = current()
    if not settings.hosted:
        return None
    now = visit()
    now.owner = now.owner or owner_now()
    with _deciding:
        refused = None if now.let_in else _limit_reached(let_in_beside(now), now.owner, settings)
        now.let_in = refused is None
    return access.Refusal(refused) if refused else None


def _limit_reached(others: Sequence[Visit], owner: Owner, settings: Settings) -> TooManyVisits | None:
    if settings.visits_limit and len(others) >= settings.visits_limit:
        return TooManyVisits(limit=settings.visits_limit, reason="all")
    own = [each for each in others if each.owner and same_visitor(each.owner, owner)]
    if settings.visits_each and len(own) >= settings.visits_each:
        return TooManyVisits(limit=settings.visits_each, reason="own")
    return None


def same_visitor(one: Owner, other: Owner) -> bool:
    """By who signed in, wherever from; without a login by the browser."""
    return one.identity == other.identity if one.identity or other.identity else one.browser == other.browser
