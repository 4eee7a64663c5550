"""How often, how long and with which pauses is one file asked for, until it is complete or its host is given up?"""

from __future__ import annotations

import math
import shutil
import time
from typing import TYPE_CHECKING

from vizcore.errors import Cancelled
from vizcore.zoo.weights.http_download import Interrupted, receive
from vizcore.zoo.weights.wanted_file import WantedFile

if TYPE_CHECKING:
    from tenacity import RetryCallState

PAUSES_S = (0.5, 1.0, 2.0)  # between attempts that bring nothing new; after the last one we give up
LONGEST_PAUSE_S = 5.0
WORTH_GOING_ON = 1 << 18  # an attempt that brought this many bytes is progress: patience starts afresh


def receive_all(wanted: WantedFile) -> None:
    """Attempts until the part is complete. Patience is `connect_timeout_s` without anything new."""
    from tenacity import Retrying, retry_if_exception

    _make_room(wanted)
    patience = _Patience(wanted)
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
            wanted.part.unlink(missing_ok=True)
        raise wanted.failed(problem.reason, problem.status) from problem


class _Patience:
    """How often, how long and with which pauses one file is tried; it starts afresh after an attempt that brought
    something worth having."""

    def __init__(self, wanted: WantedFile) -> None:
        self._wanted = wanted
        self._brought = True
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._pauses = list(PAUSES_S)
        self._deadline = time.monotonic() + self._wanted.settings.connect_timeout_s

    def attempt(self) -> None:
        """One GET from where the part ends."""
        wanted, before = self._wanted, self._wanted.part_bytes()
        if before == wanted.file.size_bytes:
            return
        try:
            receive(
                wanted.file.url,
                wanted.part,
                expected_bytes=wanted.file.size_bytes,
                deadline=self._deadline,
                timeout_s=wanted.settings.connect_timeout_s,
                report=wanted.report,
                cancelled=wanted.cancelled,
            )
        finally:
            self._brought = wanted.part_bytes() - before >= WORTH_GOING_ON
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
            if self._wanted.cancelled():
                raise Cancelled()
            time.sleep(min(0.1, wait_s))


def _make_room(wanted: WantedFile) -> None:
    """Drops a leftover that is too long; fails at once if the rest cannot fit on the disk."""
    stated = wanted.file.size_bytes
    if stated is None:
        return
    if wanted.part_bytes() > stated:
        wanted.part.unlink()
    if shutil.disk_usage(wanted.part.parent).free < stated - wanted.part_bytes():
        raise wanted.failed("disk")
