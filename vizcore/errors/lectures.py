"""What can be wrong with a lecture, its room or a vote?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError


class PlanInvalid(VizError):
    """A lecture's file that cannot be read."""

    code = "plan_invalid"
    reason: Literal[
        "too_large", "no_title", "language", "steps", "head", "unknown", "page", "settings", "question", "gone"
    ]
    step: int  # from 1; 0 for the whole file
    value: str


class ReportRefused(VizError):
    """A report that cannot be made, or a report's JSON that cannot be opened again."""

    code = "report_refused"
    reason: Literal["too_large", "json", "kind", "language", "page", "settings", "message", "gone", "empty"]
    value: str = ""


class RoomNotFound(VizError):
    """No lecture goes on under this code."""

    code = "room_not_found"
    room: str  # its code


class RoomsFull(VizError):
    """As many lectures go on as this server holds."""

    code = "rooms_full"
    limit: int


class VoteRefused(VizError):
    """A vote that is not taken."""

    code = "vote_refused"
    reason: Literal["closed", "answer", "full", "crowd"]
