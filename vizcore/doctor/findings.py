"""What does one check look like, and what does it find?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from vizcore.errors import VizError

log = logging.getLogger(__name__)

Place = TypeVar("Place")


@dataclass(frozen=True)
class Finding:
    """name: of the check. ok: whether it holds. detail: what was seen, language-free. remedy: English, "" when ok."""

    name: str
    ok: bool
    detail: str
    remedy: str


class Failed(Exception):
    """A check that does not hold. detail: what was seen instead."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True)
class CheckOf(Generic[Place]):
    """look: gives what was seen, or raises Failed, a VizError or an OSError. remedy: what to do then (marked N_)."""

    name: str
    look: Callable[[Place], str]
    remedy: str


def find(checks: Iterable[CheckOf[Place]], place: Place) -> list[Finding]:
    """Each check once, in order; one that breaks is a finding and never hides the others."""
    return [_find_one(check, place) for check in checks]


def _find_one(check: CheckOf[Place], place: Place) -> Finding:
    try:
        return Finding(check.name, True, check.look(place), "")
    except Failed as failure:
        detail = failure.detail
    except VizError as error:
        detail = error.code
    except (OSError, ValueError, ImportError) as error:
        detail = type(error).__name__
    except Exception as error:  # a border: a check of ours that breaks must not take the others with it
        log.exception("check %s", check.name)
        detail = type(error).__name__
    return Finding(check.name, False, detail, check.remedy)
