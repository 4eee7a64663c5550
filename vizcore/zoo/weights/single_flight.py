"""One download for all who ask for the same file: the first one runs it, the others see its progress and end."""

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
class _Download:
    done: int = 0
    total: int | None = None
    path: Path | None = None
    error: BaseException | None = None
    ended: threading.Event = field(default_factory=threading.Event)


_under_way: dict[Path, _Download] = {}
_lock = threading.Lock()


def single_flight(slot: Path, download: Download, progress: ProgressCallback, cancelled: Callable[[], bool]) -> Path:
    """`download(report)` by the first who comes for this slot; the others wait, follow and get the same result.

    A failure is everyone's but not remembered. Where the first one cancels, one of the others takes over.
    """
    while True:
        with _lock:
            run = _under_way.get(slot)
            if own := run is None:
                run = _under_way[slot] = _Download()
        if own:
            return _lead(slot, run, download, progress)
        path = _follow(run, progress, cancelled)
        if path is not None:
            return path


def _lead(slot: Path, run: _Download, download: Download, progress: ProgressCallback) -> Path:
    def report(done: int, total: int | None) -> None:
        run.done, run.total = done, total
        progress(done, total)

    try:
        run.path = download(report)
        return run.path
    except BaseException as problem:
        run.error = problem
        raise
    finally:
        with _lock:
            del _under_way[slot]
        run.ended.set()


def _follow(run: _Download, progress: ProgressCallback, cancelled: Callable[[], bool]) -> Path | None:
    """The first one's result, or None where the first one went away and somebody else has to go on."""
    while not run.ended.wait(TICK_S):
        if cancelled():
            raise Cancelled()
        progress(run.done, run.total)
    if run.path is not None:
        progress(run.done, run.total)
        return run.path
    if isinstance(run.error, Exception) and not isinstance(run.error, Cancelled):
        raise run.error
    return None
