"""May this visit begin? On a hosted server, one visitor's tabs and all visits together have a limit."""

from __future__ import annotations

from vizcore.errors import TooManyVisits
from vizcore.settings import current
from vizcore.ui import access
from vizcore.ui.owner import owner_now
from vizcore.ui.session import open_before, visit
from vizcore.ui.visitor.cookie import Owner


def refusal() -> access.Refusal | None:
    """Why this session has to wait; None for those that came early enough. Whoever closes a tab makes room."""
    settings = current()
    if not settings.hosted:
        return None
    now = visit()
    now.owner = now.owner or owner_now()
    earlier = open_before(now)
    if settings.visits_limit and len(earlier) >= settings.visits_limit:
        return access.Refusal(TooManyVisits(limit=settings.visits_limit, reason="all"))
    own = [each for each in earlier if each.owner and same_visitor(each.owner, now.owner)]
    if settings.visits_each and len(own) >= settings.visits_each:
        return access.Refusal(TooManyVisits(limit=settings.visits_each, reason="own"))
    return None


def same_visitor(one: Owner, other: Owner) -> bool:
    """By who signed in, wherever from; without a login by the browser."""
    return one.identity == other.identity if one.identity or other.identity else one.browser == other.browser
