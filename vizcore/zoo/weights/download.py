"""How does a model that somebody asked for get onto this machine, whole and verified, or not at all?

A file arrives as NAME.part, is compared with the card's size and hash, and only then gets its name. Cancelling, a cut
line or a crash leave the .part, and the next request goes on from there.
"""

from __future__ import annotations

import errno
import math
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vizcore.errors import Cancelled, DownloadFailed, Offline, WeightsDamaged, WeightsMissing, WeightsUnsafe
from vizcore.errors.models import DownloadReason
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard, WeightFile
from vizcore.zoo.weights.folders import advised_folder, download_folder, inside
from vizcore.zoo.weights.http_download import Interrupted, receive
from vizcore.zoo.weights.locate import locate
from vizcore.zoo.weights.single_flight import ProgressCallback, single_flight
from vizcore.zoo.weights.verify import moved, stamp_of, verify_file

if TYPE_CHECKING:
    from tenacity import RetryCallState

PAUSES_S = (0.5, 1.0, 2.0)  # between attempts that bring nothing new; after the last one we give up
LONGEST_PAUSE_S = 5.0
WORTH_GOING_ON = 1 << 18  # an attempt that brought this many bytes is progress: patience starts afresh
REPORT_EVERY_S = 0.1
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _ignore(done: int, total: int | None) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


def fetch(
    card: ModelCard, settings: Settings, progress: ProgressCallback = _ignore, cancelled: Callable[[], bool] = _never
) -> Path:
    """The folder with all files of the card, downloaded where they are not here yet. Blocks; call it from a worker.

    progress(done_bytes, total_bytes or None) is called about ten times a second, from this thread; `cancelled` too.
    Errors: Offline, DownloadFailed (reason and host), Cancelled, WeightsMissing for a card without an address.
    An unreachable host is given up after `settings.connect_timeout_s`.
    """

    def download(report: ProgressCallback) -> Path:
        return _already_here(card, settings) or _download(card, settings, report, cancelled)

    return single_flight(download_folder(card, settings), download, progress, cancelled)


@dataclass(frozen=True)
class _Job:
    card: ModelCard
    file: WeightFile
    settings: Settings
    report: ProgressCallback
    cancelled: Callable[[], bool]

    @property
    def target(self) -> Path:
        return inside(download_folder(self.card, self.settings), self.file.name)

    @property
    def part(self) -> Path:
        return self.target.with_name(self.target.name + ".part")

    def failed(self, reason: DownloadReason, status: int = 0) -> DownloadFailed:
        return DownloadFailed(
            model=self.card.key,
            file=self.file.name,
            host=urlsplit(self.file.url).hostname or "",
            reason=reason,
            status=status,
            folder=str(advised_folder(self.card, self.settings)),
        )


def _already_here(card: ModelCard, settings: Settings) -> Path | None:
    try:
        return locate(card, settings)
    except (WeightsDamaged, WeightsUnsafe):  # a bad copy somewhere is the reason to fetch a good one
        return None


def _download(card: ModelCard, settings: Settings, report: ProgressCallback, cancelled: Callable[[], bool]) -> Path:
    names = ", ".join(file.name for file in card.files)
    folder = str(advised_folder(card, settings))
    if not all(file.url for file in card.files):
        raise WeightsMissing(model=card.key, file=names, folder=folder)
    if settings.offline:
        raise Offline(model=card.key, file=names, folder=folder)
    watch = _Watch(card, report)
    for file in card.files:
        job = _Job(card, file, settings, watch.of_this_file, cancelled)
        with _disk_trouble_named(job):
            job.target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(job):
            if not _is_good(job.target, job):
                _bring(job)
        watch.next_file(job.target.stat().st_size)
    return download_folder(card, settings)


class _Watch:
    """Adds up the bytes of a card's files, and passes them on about ten times a second."""

    def __init__(self, card: ModelCard, report: ProgressCallback) -> None:
        sizes = [file.size_bytes for file in card.files]
        self._stated = None if None in sizes else sum(size or 0 for size in sizes)
        self._single = len(card.files) == 1
        self._report, self._before, self._last = report, 0, 0.0

    def of_this_file(self, done: int, total: int | None) -> None:
        whole = total if self._single else self._stated
        if done == total or time.monotonic() - self._last >= REPORT_EVERY_S:
            self._last = time.monotonic()
            self._report(self._before + done, whole)

    def next_file(self, size: int) -> None:
        self._before += size
        self._report(self._before, self._before if self._single else self._stated)


@contextmanager
def _alone(job: _Job) -> Iterator[None]:
    """No other process (a second server, the command line) writes the same file meanwhile."""
    from filelock import FileLock, Timeout

    lock = FileLock(job.target.with_name(job.target.name + ".lock"))
    while True:
        try:
            with _disk_trouble_named(job):
                lock.acquire(timeout=0.2)
            break
        except Timeout:
            if job.cancelled():
                raise Cancelled() from None
    try:
        yield
    finally:
        lock.release()


def _is_good(path: Path, job: _Job) -> bool:
    try:
        verify_file(path, job.file, job.card.key)
    except (WeightsDamaged, WeightsUnsafe):
        return False
    return True


def _bring(job: _Job) -> None:
    """Downloads, verifies, names. A bad file that began as somebody's leftover is tried once more from the start."""
    _check_address(job.file.url)
    with _disk_trouble_named(job):
        left_over = job.part.exists()
        _receive_all(job)
        if not _is_good(job.part, job) and left_over:
            job.part.unlink()
            _receive_all(job)
        if not _is_good(job.part, job):
            job.part.unlink()
            raise job.failed("hash")
        stamp = stamp_of(job.part)
        os.replace(job.part, job.target)
        moved(stamp, job.target)


def _receive_all(job: _Job) -> None:
    """Attempts until the part is complete. Patience is `connect_timeout_s` without anything new."""
    from tenacity import Retrying, retry_if_exception

    _make_room(job)
    patience = _Patience(job)
    attempts = Retrying(
        retry=retry_if_exception(patience.worth_another),
        wait=patience.pause_s,
        stop=patience.over,
        sleep=patience.sleep,
        reraise=True,
    )
    try:
        attempts(patience.attempt)
    except Interrupted as problem:
        if problem.reason == "hash":
            job.part.unlink(missing_ok=True)
        raise job.failed(problem.reason, problem.status) from problem


class _Patience:
    """How often, how long and with which pauses one file is tried; it starts afresh after an attempt that brought
    something worth having."""

    def __init__(self, job: _Job) -> None:
        self._job = job
        self._brought = True
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._pauses = list(PAUSES_S)
        self._deadline = time.monotonic() + self._job.settings.connect_timeout_s

    def attempt(self) -> None:
        """One GET from where the part ends."""
        job, before = self._job, _size(self._job.part)
        if before == job.file.size_bytes:
            return
        try:
            receive(
                job.file.url,
                job.part,
                expected_bytes=job.file.size_bytes,
                deadline=self._deadline,
                timeout_s=job.settings.connect_timeout_s,
                report=job.report,
                cancelled=job.cancelled,
            )
        finally:
            self._brought = _size(job.part) - before >= WORTH_GOING_ON
            if self._brought:
                self._start_afresh()

    def worth_another(self, problem: BaseException) -> bool:
        """Whether this trouble may pass; a host that keeps silent has had its time."""
        return isinstance(problem, Interrupted) and problem.retry and (self._brought or problem.reason != "timeout")

    def pause_s(self, state: RetryCallState) -> float:
        """As long as the host asks for, else our own; infinite where all pauses are used up."""
        problem = state.outcome.exception() if state.outcome else None
        usual = self._pauses.pop(0) if self._pauses else math.inf
        asked = problem.wait_s if isinstance(problem, Interrupted) else None
        return usual if asked is None or usual == math.inf else asked

    def over(self, state: RetryCallState) -> bool:
        """Whether the next pause is longer than we wait."""
        return state.upcoming_sleep > LONGEST_PAUSE_S or time.monotonic() + state.upcoming_sleep > self._deadline

    def sleep(self, wait_s: float) -> None:
        """Waits, and hears a cancellation meanwhile."""
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            if self._job.cancelled():
                raise Cancelled()
            time.sleep(min(0.1, wait_s))


def _make_room(job: _Job) -> None:
    """Drops a leftover that is too long; fails at once if the rest cannot fit on the disk."""
    stated = job.file.size_bytes
    if stated is None:
        return
    if _size(job.part) > stated:
        job.part.unlink()
    if shutil.disk_usage(job.part.parent).free < stated - _size(job.part):
        raise job.failed("disk")


@contextmanager
def _disk_trouble_named(job: _Job) -> Iterator[None]:
    """Turns the OSError of a full, read-only or broken disk into DownloadFailed; a full one gets its space back."""
    try:
        yield
    except TimeoutError:  # of the lock; not the disk's
        raise
    except OSError as problem:
        if problem.errno in NO_ROOM:
            job.part.unlink(missing_ok=True)
        raise job.failed("disk") from problem


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _check_address(url: str) -> None:
    """Addresses come from cards, never from a visitor; plain http is for this machine's own servers only."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}):
        raise ValueError(f"expected an https address, got {url}")
