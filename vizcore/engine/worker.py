"""The loop of a lane's one thread: takes a task, advances it by a step, gives it back. No error ends the loop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from vizcore.engine.backends.base import Run
from vizcore.engine.batching import alike, answers_of, can_batch, together
from vizcore.engine.pool import NoRoomYet
from vizcore.engine.requests import Request
from vizcore.engine.result_cache import ResultCache
from vizcore.engine.scheduler import Scheduler
from vizcore.engine.task import Task
from vizcore.error_places import places_of
from vizcore.errors import InternalError, VizError
from vizcore.monitoring.events import event_of, shared_log
from vizcore.results import Result
from vizcore.snapshots import Snapshot

log = logging.getLogger("vizcore.engine")

PROBE_SESSION = "readiness"  # asks whether work is done here at all: what it is told is nobody's, and not noted


class Worker:
    """Takes turns from the scheduler: a short request is one turn, a long one a turn per step."""

    def __init__(
        self,
        lane: str,
        begin: Callable[[str, Request], Run],
        scheduler: Scheduler,
        result_cache: ResultCache,
        batch_limit: int = 1,
        *,
        notes: bool = True,
    ) -> None:
        self._lane = lane
        self._begin_run = begin
        self._scheduler = scheduler
        self._result_cache = result_cache
        self._batch_limit = batch_limit
        self._notes = notes
        self._executions: dict[Task, Run] = {}
        self._noted = 0  # events since the watch heard of one

    def run(self) -> None:
        """Until the scheduler closes."""
        while self._serve():  # what was served is let go before the wait for the next
            self._watch()

    def _serve(self) -> bool:
        task = self._scheduler.take(self._lane)
        if task is None:
            return False
        if task.state == "cancelled":
            self._close(task)
        elif others := self._companions(task):
            self._turn_together([task, *others])
        else:
            self._turn(task)
        return True

    def _companions(self, task: Task) -> list[Task]:
        """Waiting tasks that one model call can answer together with this one."""
        if self._batch_limit < 2 or task in self._executions or not can_batch(task.request):
            return []
        return self._scheduler.take_more(task, lambda other: alike(task.request, other), self._batch_limit - 1)

    def _turn_together(self, tasks: list[Task]) -> None:
        """One model call for all; where that fails, each by itself, so that no photo spoils another's answer."""
        started = time.perf_counter()
        execution = self._begin_run(self._lane, together([task.request for task in tasks]))
        execution.wait_s = self._scheduler.clock() - min(task.born_at for task in tasks)
        try:
            group: Result | None = None
            while not execution.finished:
                for snapshot in execution.advance():
                    group = snapshot.result
            answers = answers_of(group, len(tasks))
        except (Exception, SystemExit):  # the border, as in `_turn`: whose error it is, each one's own turn says
            answers = [None] * len(tasks)
        finally:
            execution.close()
        for task, answer in zip(tasks, answers, strict=True):
            if answer is None:
                self._turn(task)
                continue
            progress = task.progress.after(Snapshot(1, 1, result=answer))
            self._result_cache.keep(task.request, execution.weights_sha256, progress, task.born_at)
            self._note(task, weights=execution.weights_sha256, wait_ms=execution.wait_s * 1e3,
                       busy_ms=execution.busy_s * 1e3 / len(tasks), result=answer)  # fmt: skip
            self._scheduler.finish(task, "done", progress, (time.perf_counter() - started) / len(tasks))

    def _turn(self, task: Task) -> None:
        execution = self._executions.get(task) or self._begin(task)
        started = time.perf_counter()
        try:
            self._after(task, execution, execution.advance(), started)
        except NoRoomYet:
            self._scheduler.park(task)
        except VizError as error:
            self._fail(task, error, started)
        except (Exception, SystemExit) as error:  # the border: whatever a library raises, the thread goes on
            self._fail(task, translated(error, task.request), started)

    def _begin(self, task: Task) -> Run:
        execution = self._executions[task] = self._begin_run(self._lane, task.request)
        execution.wait_s = self._scheduler.clock() - task.born_at
        return execution

    def _after(self, task: Task, execution: Run, snapshots: Sequence[Snapshot], started: float) -> None:
        progress = replace(task.progress, history=()) if execution.begun_again else task.progress
        execution.begun_again = False
        for snapshot in snapshots:
            progress = progress.after(snapshot)
        if not execution.finished:
            self._scheduler.put_back(task, progress, time.perf_counter() - started if snapshots else None)
            return
        if progress.best is None:
            raise ValueError("expected a last snapshot with a result, got none")
        self._close(task)
        self._result_cache.keep(task.request, execution.weights_sha256, progress, task.born_at)
        if log.isEnabledFor(logging.DEBUG):
            times_ms = (execution.wait_s * 1e3, execution.busy_s * 1e3)
            log.debug("done %s wait %.0f ms busy %.0f ms", named(task.request), *times_ms)
        self._note(task, weights=execution.weights_sha256, wait_ms=execution.wait_s * 1e3,
                   busy_ms=execution.busy_s * 1e3, result=progress.best)  # fmt: skip
        self._scheduler.finish(task, "done", progress, time.perf_counter() - started)

    def _note(self, task: Task, **known: Any) -> None:
        """One event about an answer or an error; noting must never cost anybody their answer."""
        if not self._notes or task.session == PROBE_SESSION:
            return
        try:
            request = task.request
            event = event_of(request.operation_name, request.model_key, request.photos_sha256, **known)
            shared_log().add(event)
            self._noted += 1
        except Exception as error:  # a border, as above
            translated(error, task.request)

    def _watch(self) -> None:
        """Tells the watch of what was noted, once the answers are given: the first time this imports it."""
        noted, self._noted = self._noted, 0
        try:
            for _ in range(noted):
                from vizcore.monitoring.alarms import shared_watch  # with the first answer, not with the first page

                shared_watch().heard(shared_log())
        except Exception as error:  # a border, as above
            log.error("no look at the alarms: %s", type(error).__name__)

    def _fail(self, task: Task, error: VizError, started: float) -> None:
        self._close(task)
        log.info("failed %s: %s", named(task.request), error.code)
        self._note(task, code=error.code)
        self._scheduler.finish(task, "failed", task.progress, time.perf_counter() - started, error)

    def _close(self, task: Task) -> None:
        execution = self._executions.pop(task, None)
        if execution is None:
            return
        try:
            execution.close()
        except (Exception, SystemExit) as error:  # a generator's own `finally`
            translated(error, task.request)


def translated(error: BaseException, request: Request) -> InternalError:
    """The error as one of ours, logged without its message: that may hold a visitor's data.

    The cause is kept without its traceback, whose frames would keep tensors in memory.
    """
    log.error("failed %s: %s", named(request), places_of(error))
    ours = InternalError(where=request.operation_name)
    ours.__cause__ = error.with_traceback(None)
    return ours


def named(request: Request) -> str:
    """The request as a log may know it: operation, model, start of the hashes."""
    return f"{request.operation_name} {request.model_key} {[sha[:12] for sha in request.photos_sha256]}"
