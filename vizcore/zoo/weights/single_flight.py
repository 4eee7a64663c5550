"""Who downloads when several people ask for the same model at once? One does, and all see its progress and its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from vizcore.errors import Cancelled

TICK_S = 0.1
ProgressCallback = Callable[[int, int | None], None]
Download = Callable[[ProgressCallback], Path]


@dataclass
class _Flight:
    done: int = 0
    total: int | None = None
    path: Path | None = None
    error: BaseException | None = None
    landed: threading.Event = field(default_factory=threading.Event)


_flights: dict[Path, _Flight] = {}
_lock = threading.Lock()


def single_flight(slot: Path, download: Download, progress: ProgressCallback, cancelled: Callable[[], bool]) -> Path:
    """`download(report)` by the first who comes for this slot; the others wait, follow and get the same result.

    A failure is everyone's but not remembered. Where the first one cancels, one of the others takes over.
    """
    while True:
        with _lock:
            flight = _flights.get(slot)
            if own := flight is None:
                flight = _flights[slot] = _Flight()
        if own:
            return _lead(slot, flight, download, progress)
        path = _follow(flight, progress, cancelled)
        if path is not None:
            return path


def _lead(slot: Path, flight: _Flight, download: Download, progress: ProgressCallback) -> Path:
    def report(done: int, total: int | None) -> None:
        flight.done, flight.total = done, total
        progress(done, total)

    try:
        flight.path = download(report)
        return flight.path
    except BaseException as problem:
        flight.error = problem
        raise
    finally:
        with _lock:
            del _flights[slot]
        flight.landed.set()


def _follow(flight: _Flight, progress: ProgressCallback, cancelled: Callable[[], bool]) -> Path | None:
    """The leader's result, or None where the leader went away and somebody else has to go on."""
    while not flight.landed.wait(TICK_S):
        if cancelled():
            raise Cancelled()
        progress(flight.done, flight.total)
    if flight.path is not None:
        progress(flight.done, flight.total)
        return flight.path
    if isinstance(flight.error, Exception) and not isinstance(flight.error, Cancelled):
        raise flight.error
    return None
