"""What does the one thread of a device do all day? One turn after another, and no error stops it."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import replace

from vizcore.engine.answers import Answers
from vizcore.engine.desk import Desk
from vizcore.engine.execution import Execution
from vizcore.engine.lanes import Lane
from vizcore.engine.pool import NoRoomYet
from vizcore.engine.requests import Request
from vizcore.engine.work import Work
from vizcore.errors import InternalError, VizError
from vizcore.snapshots import Snapshot
from vizcore.zoo.cards import ModelCard

log = logging.getLogger("vizcore.engine")


class Worker:
    """Takes turns from the desk: a short request is one turn, a long one a turn per step."""

    def __init__(self, lane: Lane, desk: Desk, answers: Answers, find_card: Callable[[str], ModelCard]) -> None:
        self._lane = lane
        self._desk = desk
        self._answers = answers
        self._find_card = find_card

    def run(self) -> None:
        """Until the desk closes."""
        while self._serve():
            pass  # what was served is let go before the wait for the next

    def _serve(self) -> bool:
        work = self._desk.take(self._lane)
        if work is None:
            return False
        if work.state == "cancelled":
            self._close(work)
        else:
            self._turn(work)
        return True

    def _turn(self, work: Work) -> None:
        execution = work.execution
        if execution is None:
            execution = work.execution = Execution(work.request, self._lane, self._find_card)
            execution.wait_s = self._desk.clock() - work.born_at
        started = time.perf_counter()
        try:
            self._after(work, execution, execution.advance())
        except NoRoomYet:
            self._desk.park(work, self._lane)
            return
        except VizError as error:
            self._fail(work, error)
        except (Exception, SystemExit) as error:  # the border: whatever a library raises, the thread goes on
            self._fail(work, translated(error, work.request))
        self._lane.turns_s.append(time.perf_counter() - started)

    def _after(self, work: Work, execution: Execution, snapshot: Snapshot | None) -> None:
        progress = replace(work.progress, history=()) if execution.begun_again else work.progress
        execution.begun_again = False
        progress = progress.after(snapshot) if snapshot else progress
        if not execution.finished:
            self._desk.put_back(work, self._lane, progress)
            return
        if progress.best is None:
            raise ValueError("expected a last snapshot with a result, got none")
        self._close(work)
        self._answers.keep(work.request, execution.weights_sha256, progress)
        if log.isEnabledFor(logging.DEBUG):
            times_ms = (execution.wait_s * 1e3, execution.busy_s * 1e3)
            log.debug("done %s wait %.0f ms busy %.0f ms", named(work.request), *times_ms)
        self._desk.finish(work, self._lane, "done", progress)

    def _fail(self, work: Work, error: VizError) -> None:
        self._close(work)
        log.info("failed %s: %s", named(work.request), error.code)
        self._desk.finish(work, self._lane, "failed", work.progress, error)

    def _close(self, work: Work) -> None:
        if work.execution is None:
            return
        try:
            work.execution.close()
        except (Exception, SystemExit) as error:  # a generator's own `finally`
            translated(error, work.request)


def translated(error: BaseException, request: Request) -> InternalError:
    """The error as one of ours, logged without its message: that may hold a visitor's data.

    The cause is kept without its traceback, whose frames would keep tensors in memory.
    """
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    places = [f"{frame.filename.replace(chr(92), '/').rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]
    log.error("failed %s: %s at %s", named(request), type(error).__name__, " > ".join(places))
    ours = InternalError(where=request.operation_name)
    ours.__cause__ = error.with_traceback(None)
    return ours


def named(request: Request) -> str:
    """The request as a log may know it: operation, model, start of the hashes."""
    return f"{request.operation_name} {request.model_key} {[sha[:12] for sha in request.photos_sha256]}"
