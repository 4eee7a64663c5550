"""Which requests are admitted, and which task is next? The one place that is locked; who waits is in `waiters`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from vizcore.engine.device_queue import DeviceQueue
from vizcore.engine.requests import Request
from vizcore.engine.result_cache import ResultCache
from vizcore.engine.task import Progress, State, Task, Waiter
from vizcore.engine.waiters import Waiters
from vizcore.errors import Busy, Cancelled, VizError

W = TypeVar("W", bound=Waiter)

ROOM_LOOK_S = 0.05  # between two looks whether a model can be loaded, where nothing else is to be done


class Scheduler:
    """Admits requests, joins equal ones, gives the devices' workers one turn at a time, settles handles.

    session_limit, visitor_limit: as in `Waiters`.
    start_worker is called with a device whenever a task arrives for it. cost: how many turns a request would rather
    wait elsewhere than stand in that device's queue (its model is not loaded there, the device does not answer).
    """

    def __init__(
        self,
        result_cache: ResultCache,
        devices: Sequence[str],
        *,
        queue_limit: int,
        session_limit: int,
        visitor_limit: int = 0,
        clock: Callable[[], float],
        start_worker: Callable[[str], None],
        cost: Callable[[str, Request], float] = lambda device, request: 0.0,
    ) -> None:
        self.lock = threading.Lock()
        self.clock = clock
        self._queues = {device: DeviceQueue(device, self.lock) for device in devices}
        self._result_cache = result_cache
        self._queue_limit = queue_limit
        self._start_worker = start_worker
        self._cost = cost
        self.waiters = Waiters(self._queues, session_limit=session_limit, visitor_limit=visitor_limit, clock=clock)
        self._closed = False

    # What callers do

    def admit(self, request: Request, session: str, make_handle: Callable[[Task], W]) -> W:
        """A handle on an answer: known, under way or queued. Refused: Busy, TooManyRequests or (closed) Cancelled."""
        key = request.key  # hashed outside the lock
        with self.lock:
            if self._closed:
                raise Cancelled
            task = self.waiters.under_way.get(key) or self._known(request, session) or self._enqueue(request, session)
            handle = make_handle(task)
            if handle.one_per_session and (same := self.waiters.same(handle)):
                return same
            if task.state == "done":
                handle.settle("done")
            else:
                self.waiters.add(handle)
            return handle

    def leave(self, handle: Waiter, state: State, error: VizError) -> None:
        """Ends one handle; its task too, if nobody else waits for it."""
        with self.lock:
            self.waiters.leave(handle, state, error)

    def look_after(self, handle: Waiter) -> None:
        """Ends the handle if its deadline or heartbeat is over."""
        with self.lock:
            self.waiters.look_after(handle)

    def close_session(self, session: str) -> None:
        """Ends every handle of one session."""
        with self.lock:
            for handle in self.waiters.of_session(session):
                self.waiters.leave(handle, "cancelled", Cancelled())

    def position(self, handle: Waiter) -> int:
        with self.lock:
            task = handle.task
            if not task.device or handle.done() or task.state != "waiting":
                return 0
            return self._queues[task.device].queue.position(task.session, task)

    def expected_wait_s(self, handle: Waiter) -> float:
        device = handle.task.device
        return self._queues[device].expected_wait_s(self.position(handle)) if device else 0.0

    def close(self) -> None:
        """Ends every handle; the workers end too."""
        with self.lock:
            self._closed = True
            for handle in self.waiters.everyone():
                self.waiters.leave(handle, "cancelled", Cancelled())
            for queue in self._queues.values():
                queue.arrived.notify_all()

    def widen(self, devices: Sequence[str]) -> None:
        """More queues, for devices that were found later; those that are known already stay as they are."""
        with self.lock:
            for device in devices:
                self._queues.setdefault(device, DeviceQueue(device, self.lock))

    def longest_turn_s(self) -> float:
        """How long the longest turn under way has taken; 0 if there is none."""
        with self.lock:
            began = [queue.current_since for queue in self._queues.values() if queue.current]
            return self.clock() - min(began) if began else 0.0

    # What workers do

    def take(self, device: str) -> Task | None:
        """The task whose turn it is on a device, waited for; None when the scheduler is closed.

        A task in the state "cancelled" is to be closed, not advanced.
        """
        device_queue = self._queues[device]
        with self.lock:
            while True:
                if device_queue.closing:
                    return device_queue.closing.popleft()
                if self._closed:
                    return None
                task = device_queue.queue.pop()
                if task is None:
                    device_queue.arrived.wait()
                elif self.waiters.still_wanted(task):
                    task.state, task.begun = "running", True
                    device_queue.current, device_queue.current_since = task, self.clock()
                    return task

    def take_more(self, task: Task, fits: Callable[[Request], bool], limit: int) -> list[Task]:
        """Other tasks of the same queue that go into the turn of `task`: not begun, in the queue's order."""
        device_queue = self._queues[task.device]
        with self.lock:
            waiting = [each for each in device_queue.queue if not each.begun and fits(each.request)]
            taken = [each for each in waiting[:limit] if device_queue.queue.remove(each.session, each)]
            taken = [each for each in taken if self.waiters.still_wanted(each)]
            for each in taken:
                each.state, each.begun = "running", True
            return taken

    def put_back(self, task: Task, progress: Progress, turn_s: float | None) -> None:
        """After a step that was not the last: the next one when its turn comes, or an end if all have left.

        turn_s: None for a turn that says nothing about how long turns take.
        """
        with self.lock:
            device_queue = self._end_turn(task, turn_s)
            task.progress = progress
            if not task.handles:
                self.waiters.retire(task)
                return
            task.session = task.handles[0].session
            device_queue.queue.push(task.session, task)

    def park(self, task: Task) -> None:
        """Not begun, since no model can leave memory now; it goes on waiting. Where all in its line wait for room, so
        does the caller, for ROOM_LOOK_S or until another task comes."""
        with self.lock:
            parked = self._queues[task.device].parked + 1
            device_queue = self._end_turn(task)
            task.state = "waiting"
            if not task.handles:
                self.waiters.retire(task)
                return
            device_queue.queue.push(task.session, task)
            if parked < len(device_queue.queue):
                device_queue.parked = parked
            elif not (device_queue.closing or self._closed):
                device_queue.arrived.wait(ROOM_LOOK_S)

    def finish(
        self, task: Task, state: State, progress: Progress, turn_s: float, error: VizError | None = None
    ) -> None:
        """Settles every handle of the task."""
        with self.lock:
            self._end_turn(task, turn_s)
            task.state, task.progress = state, progress
            self.waiters.under_way.pop(task.request.key, None)
            for handle in list(task.handles):
                self.waiters.settle(handle, state, error)

    def running(self) -> int:
        """How many tasks have begun and not ended."""
        with self.lock:
            return sum(task.state == "running" for task in self.waiters.under_way.values())

    def queue_length(self) -> int:
        """How many tasks have not begun."""
        with self.lock:
            return sum(task.state == "waiting" for task in self.waiters.under_way.values())

    # Under the lock

    def _known(self, request: Request, session: str) -> Task | None:
        progress = self._result_cache.find(request)
        return Task(request, session, "", self.clock(), "done", progress) if progress else None

    def _enqueue(self, request: Request, session: str) -> Task:
        self.waiters.refuse_too_many(session)
        device_queue = min(self._queues.values(), key=lambda queue: queue.load() + self._cost(queue.device, request))
        if device_queue.waiting() >= self._queue_limit:
            self._clear_out(device_queue)
            if device_queue.waiting() >= self._queue_limit:
                raise Busy(retry_s=device_queue.retry_s())
        self._start_worker(device_queue.device)
        task = Task(request, session, device_queue.device, self.clock())
        device_queue.queue.push(session, task)
        self.waiters.under_way[request.key] = task
        device_queue.arrived.notify()
        return task

    def _end_turn(self, task: Task, turn_s: float | None = None) -> DeviceQueue:
        device_queue = self._queues[task.device]
        device_queue.current, device_queue.parked = None, 0
        if turn_s is not None:
            device_queue.turns_s.append(turn_s)
        return device_queue

    def _clear_out(self, device_queue: DeviceQueue) -> None:
        for task in list(device_queue.queue):
            for handle in list(task.handles):
                self.waiters.look_after(handle)
