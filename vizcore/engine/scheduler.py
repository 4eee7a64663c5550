"""Which requests are admitted, who waits for which task, and which task is next? The one place that is locked."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from vizcore.engine.device_queue import DeviceQueue
from vizcore.engine.requests import Request, RequestKey
from vizcore.engine.result_cache import ResultCache
from vizcore.engine.task import Progress, State, Task, Waiter
from vizcore.errors import Busy, Cancelled, TooManyRequests, VizError

W = TypeVar("W", bound=Waiter)


class Scheduler:
    """Admits requests, joins equal ones, gives the devices' workers one turn at a time, settles handles.

    visitor_of: whose session it is, "" for nobody's; that person's sessions share `visitor_limit` (0 = none).
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
        self._session_limit = session_limit
        self._visitor_limit = visitor_limit
        self.visitor_of: Callable[[str], str] = lambda session: ""
        self._start_worker = start_worker
        self._cost = cost
        self._under_way: dict[RequestKey, Task] = {}
        self._by_session: defaultdict[str, list[Waiter]] = defaultdict(list)
        self._closed = False

    # What callers do

    def admit(self, request: Request, session: str, make_handle: Callable[[Task], W]) -> W:
        """A handle on an answer: known, under way or queued. Refused: Busy, TooManyRequests or (closed) Cancelled."""
        key = request.key  # hashed outside the lock
        with self.lock:
            if self._closed:
                raise Cancelled
            task = self._under_way.get(key) or self._known(request, session) or self._enqueue(request, session)
            handle = make_handle(task)
            if handle.one_per_session and (same := self._same(handle)):
                return same
            if task.state == "done":
                handle.settle("done")
            else:
                task.handles.append(handle)
                self._by_session[session].append(handle)
            return handle

    def leave(self, handle: Waiter, state: State, error: VizError) -> None:
        """Ends one handle; its task too, if nobody else waits for it."""
        with self.lock:
            self._leave(handle, state, error)

    def look_after(self, handle: Waiter) -> None:
        """Ends the handle if its deadline or heartbeat is over."""
        with self.lock:
            self._look_after(handle)

    def close_session(self, session: str) -> None:
        """Ends every handle of one session."""
        with self.lock:
            for handle in list(self._by_session.get(session, ())):
                self._leave(handle, "cancelled", Cancelled())

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
            for session in list(self._by_session):
                for handle in list(self._by_session[session]):
                    self._leave(handle, "cancelled", Cancelled())
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
                elif self._still_wanted(task):
                    task.state, task.begun = "running", True
                    device_queue.current, device_queue.current_since = task, self.clock()
                    return task

    def take_more(self, task: Task, fits: Callable[[Request], bool], limit: int) -> list[Task]:
        """Other tasks of the same queue that go into the turn of `task`: not begun, in the queue's order."""
        device_queue = self._queues[task.device]
        with self.lock:
            waiting = [each for each in device_queue.queue if not each.begun and fits(each.request)]
            taken = [each for each in waiting[:limit] if device_queue.queue.remove(each.session, each)]
            taken = [each for each in taken if self._still_wanted(each)]
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
                self._retire(task, device_queue)
                return
            task.session = task.handles[0].session
            device_queue.queue.push(task.session, task)

    def park(self, task: Task) -> None:
        """Not begun, since no model can leave memory now; it goes on waiting."""
        with self.lock:
            device_queue = self._end_turn(task)
            task.state = "waiting"
            if task.handles:
                device_queue.queue.push(task.session, task)
            else:
                self._retire(task, device_queue)

    def finish(
        self, task: Task, state: State, progress: Progress, turn_s: float, error: VizError | None = None
    ) -> None:
        """Settles every handle of the task."""
        with self.lock:
            self._end_turn(task, turn_s)
            task.state, task.progress = state, progress
            self._under_way.pop(task.request.key, None)
            for handle in list(task.handles):
                self._settle(handle, state, error)

    def running(self) -> int:
        """How many tasks have begun and not ended."""
        with self.lock:
            return sum(task.state == "running" for task in self._under_way.values())

    def queue_length(self) -> int:
        """How many tasks have not begun."""
        with self.lock:
            return sum(task.state == "waiting" for task in self._under_way.values())

    # Under the lock

    def _known(self, request: Request, session: str) -> Task | None:
        progress = self._result_cache.find(request)
        return Task(request, session, "", self.clock(), "done", progress) if progress else None

    def _enqueue(self, request: Request, session: str) -> Task:
        self._refuse_too_many(session)
        device_queue = min(self._queues.values(), key=lambda queue: queue.load() + self._cost(queue.device, request))
        if device_queue.waiting() >= self._queue_limit:
            self._clear_out(device_queue)
        if device_queue.waiting() >= self._queue_limit:
            raise Busy(retry_s=device_queue.retry_s())
        task = Task(request, session, device_queue.device, self.clock())
        device_queue.queue.push(session, task)
        self._under_way[request.key] = task
        self._start_worker(device_queue.device)
        device_queue.arrived.notify()
        return task

    def _refuse_too_many(self, session: str) -> None:
        if self._tasks_of([session]) >= self._session_limit:
            raise TooManyRequests(limit=self._session_limit)
        if self._visitor_limit and (visitor := self.visitor_of(session)):
            own = [each for each in self._by_session if self.visitor_of(each) == visitor]
            if self._tasks_of(own) >= self._visitor_limit:
                raise TooManyRequests(limit=self._visitor_limit)

    def _tasks_of(self, sessions: Sequence[str]) -> int:
        return len({id(handle.task) for each in sessions for handle in self._by_session.get(each, ())})

    def _same(self, handle: W) -> W | None:
        mine = (each for each in handle.task.handles if each.session == handle.session)
        return next((each for each in mine if isinstance(each, type(handle))), None)

    def _still_wanted(self, task: Task) -> bool:
        for handle in list(task.handles):
            self._look_after(handle, leave_work=False)
        if not task.handles:
            self._retire(task, self._queues[task.device])
        return bool(task.handles)

    def _end_turn(self, task: Task, turn_s: float | None = None) -> DeviceQueue:
        device_queue = self._queues[task.device]
        device_queue.current = None
        if turn_s is not None:
            device_queue.turns_s.append(turn_s)
        return device_queue

    def _clear_out(self, device_queue: DeviceQueue) -> None:
        for task in list(device_queue.queue):
            for handle in list(task.handles):
                self._look_after(handle)

    def _look_after(self, handle: Waiter, *, leave_work: bool = True) -> None:
        over = None if handle.done() else handle.over_since(self.clock())
        if over:
            (self._leave if leave_work else self._settle)(handle, *over)

    def _leave(self, handle: Waiter, state: State, error: VizError) -> None:
        task = handle.task
        if handle.done():
            return
        self._settle(handle, state, error)
        if not task.device or task.handles:
            return
        device_queue = self._queues[task.device]
        if device_queue.queue.remove(task.session, task):
            self._retire(task, device_queue)

    def _retire(self, task: Task, device_queue: DeviceQueue) -> None:
        """The task has no handle left, and it is not in the middle of a step."""
        task.state = "cancelled"
        self._under_way.pop(task.request.key, None)
        if task.begun:
            device_queue.closing.append(task)
            device_queue.arrived.notify()

    def _settle(self, handle: Waiter, state: State, error: VizError | None) -> None:
        handle.settle(state, error)
        handle.task.handles.remove(handle)
        mine = self._by_session[handle.session]
        mine.remove(handle)
        if not mine:
            del self._by_session[handle.session]
