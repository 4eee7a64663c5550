"""Of several steps, each is done, whatever becomes of the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from vizcore.error_places import places_of

log = logging.getLogger(__name__)


def each_by_itself(steps: Iterable[Callable[[], object]], when: str) -> None:
    """Nobody waits for these steps, so what fails is logged alone, by its places. when: for the log."""
    for step in steps:
        try:
            step()
        except Exception as error:  # a border: of whatever pages left to be done
            log.error("failed %s: %s", when, places_of(error))
