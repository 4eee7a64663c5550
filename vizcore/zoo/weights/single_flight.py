"""Who downloads, and who waits for it? One download for all who ask for the same files, threads and processes alike.

It runs in a thread of its own, so that everyone who waits may leave at any time; it ends when the last one has left.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vizcore.errors import Cancelled, VizError

log = logging.getLogger(__name__)
TICK_S = 0.1
ProgressCallback = Callable[[int, int | None], None]
CancelCheck = Callable[[], bool]
Download = Callable[[ProgressCallback, CancelCheck], Path]


class _Flight:
    """One download under way. `changed` guards what its thread writes; `waiting` is guarded by the table's lock."""

    def __init__(self, slot: Path, download: Download, before: _Flight | None) -> None:
        self.slot, self._download, self._before = slot, download, before
        self.waiting = 0
        self.reports, self.done = 0, 0
        self.total: int | None = None
        self.path: Path | None = None
        self.error: BaseException | None = None
        self.ended = False
        self.changed = threading.Condition()

    def run(self) -> None:
        """Downloads once an older download of these files, which nobody wants any more, has ended."""
        if self._before:
            self._before.wait_for_end()
        try:
            self.path = self._download(self._report, lambda: self.waiting == 0)
        except BaseException as problem:  # the border of a thread: everyone who waits raises it
            self.error = problem
            if not isinstance(problem, VizError):
                log.exception("mistake in the download to %s", self.slot.name)
        with _lock:
            if _under_way.get(self.slot) is self:
                del _under_way[self.slot]
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def _report(self, done: int, total: int | None) -> None:
        with self.changed:
            self.reports, self.done, self.total = self.reports + 1, done, total
            self.changed.notify_all()

    def wait_for_end(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.ended)

    def look(self, seen: int) -> tuple[int, int, int | None, bool]:
        """(reports, done, total, ended) as soon as there is more than `seen`, at the latest after a tick."""
        with self.changed:
            self.changed.wait_for(lambda: self.ended or self.reports != seen, timeout=TICK_S)
            return self.reports, self.done, self.total, self.ended


_under_way: dict[Path, _Flight] = {}
_lock = threading.Lock()


class DownloadHandle:
    """One caller's share in a download: how far it is, what came of it, and the right to leave."""

    def __init__(self, flight: _Flight) -> None:
        self._flight, self._left = flight, False

    @property
    def running(self) -> bool:
        """Whether it goes on, and this caller still waits for it."""
        return not self._left and not self._flight.ended

    @property
    def done_bytes(self) -> int:
        return self._flight.done

    @property
    def total_bytes(self) -> int | None:
        """None as long as nobody has said it."""
        return self._flight.total

    @property
    def error(self) -> BaseException | None:
        """Why there is no file, once it has ended; None for who has left."""
        return self._flight.error if self._flight.ended and not self._left else None

    def leave(self) -> None:
        """This caller does not want it any more; the last one to leave ends it before its next piece."""
        with _lock:
            if not self._left:
                self._left = True
                self._flight.waiting -= 1

    def wait(self, progress: ProgressCallback, cancelled: CancelCheck) -> Path:
        """What everyone gets: the folder, or the error. Cancelled for who cancels; the last one waits for its end.

        Both are called from this thread: progress at each report, `cancelled` about ten times a second.
        """
        seen, ended = 0, False
        try:
            while not ended:
                reports, done, total, ended = self._flight.look(seen)
                if not ended and cancelled():
                    self._leave_and_see_it_end()
                    raise Cancelled()
                if reports != seen:
                    progress(done, total)
                seen = reports
        finally:
            self.leave()
        if self._flight.path is None:
            raise self._flight.error or ValueError("expected a download that has ended, got one under way")
        return self._flight.path

    def _leave_and_see_it_end(self) -> None:
        self.leave()
        if not self._flight.waiting:
            self._flight.wait_for_end()


def join(slot: Path, download: Download) -> DownloadHandle:
    """A share in `download(report, cancelled)`: the first who comes for this slot starts it, the others join.

    A failure is everyone's but not remembered. What everybody has left is not joined: a new one follows its end.
    """
    with _lock:
        flight = _under_way.get(slot)
        if flight is None or not flight.waiting:
            flight = _under_way[slot] = _Flight(slot, download, before=flight)
            flight.waiting = 1
            threading.Thread(target=flight.run, name=f"download-{slot.name}", daemon=True).start()
        else:
            flight.waiting += 1
        return DownloadHandle(flight)


@contextmanager
def alone(lock_file: Path, cancelled: CancelCheck) -> Iterator[None]:
    """No other process (a second server, the command line) holds this lock meanwhile. Cancelled while waiting for it;
    OSError where the file cannot be made."""
    from filelock import FileLock, Timeout

    lock = FileLock(lock_file)
    while True:
        try:
            lock.acquire(timeout=0.2)
            break
        except Timeout:
            if cancelled():
                raise Cancelled() from None
    try:
        yield
    finally:
        lock.release()
