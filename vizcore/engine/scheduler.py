"""Who may ask, who waits for what, and what is done next? The one place that is locked."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from vizcore.engine.device_queue import DeviceQueue
from vizcore.engine.handles import Handle
from vizcore.engine.requests import Request, RequestKey
from vizcore.engine.result_cache import ResultCache
from vizcore.engine.task import Progress, State, Task
from vizcore.errors import Busy, Cancelled, TooManyRequests, VizError

C = TypeVar("C", bound=Handle)


class Scheduler:
    """Admits requests, joins equal ones, hands work to the device queues' workers one turn at a time, settles handles.

    start_worker is called with a device queue when its first work arrives.
    """

    def __init__(
        self,
        answers: ResultCache,
        *,
        queue_limit: int,
        session_limit: int,
        clock: Callable[[], float],
        start_worker: Callable[[DeviceQueue], None],
    ) -> None:
        self.lock = threading.Lock()
        self.clock = clock
        self.device_queues: Sequence[DeviceQueue] = ()
        self._result_cache = answers
        self._queue_limit = queue_limit
        self._session_limit = session_limit
        self._start_worker = start_worker
        self._under_way: dict[RequestKey, Task] = {}
        self._by_session: defaultdict[str, list[Handle]] = defaultdict(list)
        self._closed = False

    # What callers do

    def admit(self, request: Request, session: str, make_handle: Callable[[Task], C]) -> C:
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

    def leave(self, handle: Handle, state: State, error: VizError) -> None:
        """Ends one handle; its work too, if nobody else waits for it."""
        with self.lock:
            self._leave(handle, state, error)

    def look_after(self, handle: Handle) -> None:
        """Ends the handle if its deadline or heartbeat is over."""
        with self.lock:
            self._look_after(handle)

    def close_session(self, session: str) -> None:
        """Ends every handle of one session."""
        with self.lock:
            for handle in list(self._by_session.get(session, ())):
                self._leave(handle, "cancelled", Cancelled())

    def position(self, handle: Handle) -> int:
        with self.lock:
            task = handle.task
            if task.device_queue is None or handle.done():
                return 0
            return task.device_queue.queue.position(task.session, task) if task.state == "waiting" else 0

    def expected_wait_s(self, handle: Handle) -> float:
        device_queue = handle.task.device_queue
        return device_queue.expected_wait_s(self.position(handle)) if device_queue else 0.0

    def close(self) -> None:
        """Ends every handle and lets the workers go home."""
        with self.lock:
            self._closed = True
            for session in list(self._by_session):
                for handle in list(self._by_session[session]):
                    self._leave(handle, "cancelled", Cancelled())
            for device_queue in self.device_queues:
                device_queue.arrived.notify_all()

    # What workers do

    def take(self, device_queue: DeviceQueue) -> Task | None:
        """The next turn of a device queue, waiting for one; None when the scheduler is closed.

        Work in the state "cancelled" wants to be closed, not advanced.
        """
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
                    task.state = "running"
                    device_queue.current = task
                    return task

    def put_back(self, task: Task, device_queue: DeviceQueue, progress: Progress) -> None:
        """After a step that was not the last: the next one when its turn comes, or an end if all have left."""
        with self.lock:
            device_queue.current = None
            task.progress = progress
            if not task.handles:
                self._retire(task, device_queue)
                return
            task.session = task.handles[0].session
            device_queue.queue.push(task.session, task)

    def park(self, task: Task, device_queue: DeviceQueue) -> None:
        """Not begun for lack of room; it waits on."""
        with self.lock:
            device_queue.current = None
            task.state = "waiting"
            if task.handles:
                device_queue.queue.push(task.session, task)
            else:
                self._under_way.pop(task.request.key, None)

    def finish(
        self, task: Task, device_queue: DeviceQueue, state: State, progress: Progress, error: VizError | None = None
    ) -> None:
        """Settles everybody who waits for the work."""
        with self.lock:
            device_queue.current = None
            task.state, task.progress = state, progress
            self._under_way.pop(task.request.key, None)
            for handle in list(task.handles):
                self._settle(handle, state, error)

    def running(self) -> int:
        """How many pieces of work have begun and not ended."""
        with self.lock:
            return sum(task.state == "running" for task in self._under_way.values())

    def queue_length(self) -> int:
        """How many pieces of work have not begun."""
        with self.lock:
            return sum(task.state == "waiting" for task in self._under_way.values())

    # Under the lock

    def _known(self, request: Request, session: str) -> Task | None:
        progress = self._result_cache.find(request)
        return Task(request, session, None, self.clock(), "done", progress) if progress else None

    def _enqueue(self, request: Request, session: str) -> Task:
        if len({id(handle.task) for handle in self._by_session.get(session, ())}) >= self._session_limit:
            raise TooManyRequests(limit=self._session_limit)
        device_queue = min(self.device_queues, key=lambda each: len(each.queue) + (each.current is not None))
        if device_queue.waiting() >= self._queue_limit:
            self._clear_out(device_queue)
        if device_queue.waiting() >= self._queue_limit:
            raise Busy(retry_s=device_queue.retry_s())
        task = Task(request, session, device_queue, self.clock())
        device_queue.queue.push(session, task)
        self._under_way[request.key] = task
        self._start_worker(device_queue)
        device_queue.arrived.notify()
        return task

    def _same(self, handle: C) -> C | None:
        mine = (each for each in handle.task.handles if each.session == handle.session)
        return next((each for each in mine if isinstance(each, type(handle))), None)

    def _still_wanted(self, task: Task) -> bool:
        for handle in list(task.handles):
            self._look_after(handle, leave_work=False)
        if not task.handles and task.device_queue is not None:
            self._retire(task, task.device_queue)
        return bool(task.handles)

    def _clear_out(self, device_queue: DeviceQueue) -> None:
        for task in list(device_queue.queue):
            for handle in list(task.handles):
                self._look_after(handle)

    def _look_after(self, handle: Handle, *, leave_work: bool = True) -> None:
        over = None if handle.done() else handle.over_since(self.clock())
        if over:
            (self._leave if leave_work else self._settle)(handle, *over)

    def _leave(self, handle: Handle, state: State, error: VizError) -> None:
        task, device_queue = handle.task, handle.task.device_queue
        if handle.done():
            return
        self._settle(handle, state, error)
        if device_queue is not None and not task.handles and device_queue.queue.remove(task.session, task):
            self._retire(task, device_queue)

    def _retire(self, task: Task, device_queue: DeviceQueue) -> None:
        """Nobody wants this work any more, and it is not in the middle of a step."""
        begun = task.execution is not None
        task.state = "cancelled"
        self._under_way.pop(task.request.key, None)
        if begun:
            device_queue.closing.append(task)
            device_queue.arrived.notify()

    def _settle(self, handle: Handle, state: State, error: VizError | None) -> None:
        handle.settle(state, error)
        handle.task.handles.remove(handle)
        mine = self._by_session[handle.session]
        mine.remove(handle)
        if not mine:
            del self._by_session[handle.session]
