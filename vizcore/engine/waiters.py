"""Who waits for which task, how many may each visitor have, and what ends with the last who waits?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from vizcore.engine.device_queue import DeviceQueue
from vizcore.engine.requests import RequestKey
from vizcore.engine.task import State, Task, Waiter
from vizcore.errors import TooManyRequests, VizError

W = TypeVar("W", bound=Waiter)


class Waiters:
    """The handles of all sessions and the tasks that they wait for. Every method is called under the scheduler's lock.

    queues: the scheduler's, by device. under_way: tasks that wait or run, by what they answer. visitor_of: whose
    session it is, "" for nobody's; that person's sessions share `visitor_limit` (0 = none).
    """

    def __init__(
        self,
        queues: Mapping[str, DeviceQueue],
        *,
        session_limit: int,
        visitor_limit: int,
        clock: Callable[[], float],
    ) -> None:
        self._queues = queues
        self._session_limit = session_limit
        self._visitor_limit = visitor_limit
        self._clock = clock
        self.visitor_of: Callable[[str], str] = lambda session: ""
        self.under_way: dict[RequestKey, Task] = {}
        self._by_session: defaultdict[str, list[Waiter]] = defaultdict(list)

    def add(self, handle: Waiter) -> None:
        """The handle waits for its task from now on."""
        handle.task.handles.append(handle)
        self._by_session[handle.session].append(handle)

    def of_session(self, session: str) -> list[Waiter]:
        return list(self._by_session.get(session, ()))

    def everyone(self) -> list[Waiter]:
        return [handle for handles in self._by_session.values() for handle in handles]

    def refuse_too_many(self, session: str) -> None:
        """TooManyRequests where the session, or its visitor, may have no further task."""
        if self._tasks_of([session]) >= self._session_limit:
            raise TooManyRequests(limit=self._session_limit)
        if self._visitor_limit and (visitor := self.visitor_of(session)):
            own = [each for each in self._by_session if self.visitor_of(each) == visitor]
            if self._tasks_of(own) >= self._visitor_limit:
                raise TooManyRequests(limit=self._visitor_limit)

    def same(self, handle: W) -> W | None:
        """The handle of this kind that the session has on this task already."""
        mine = (each for each in handle.task.handles if each.session == handle.session)
        return next((each for each in mine if isinstance(each, type(handle))), None)

    def still_wanted(self, task: Task) -> bool:
        """Whether anybody still waits for a task that was taken from its queue; it is retired if not."""
        for handle in list(task.handles):
            self.look_after(handle, leave_work=False)
        if not task.handles:
            self.retire(task)
        return bool(task.handles)

    def look_after(self, handle: Waiter, *, leave_work: bool = True) -> None:
        """Ends the handle if its deadline or heartbeat is over. leave_work: its task too, if nobody else waits."""
        over = None if handle.done() else handle.over_since(self._clock())
        if over:
            (self.leave if leave_work else self.settle)(handle, *over)

    def leave(self, handle: Waiter, state: State, error: VizError) -> None:
        """Ends the handle; its task too, if nobody else waits for it and it is not in the middle of a step."""
        task = handle.task
        if handle.done():
            return
        self.settle(handle, state, error)
        if not task.device or task.handles:
            return
        if self._queues[task.device].queue.remove(task.session, task):
            self.retire(task)

    def retire(self, task: Task) -> None:
        """The task has no handle left, and it is not in the middle of a step."""
        task.state = "cancelled"
        self.under_way.pop(task.request.key, None)
        if task.begun:
            device_queue = self._queues[task.device]
            device_queue.closing.append(task)
            device_queue.arrived.notify()

    def settle(self, handle: Waiter, state: State, error: VizError | None) -> None:
        """The handle has its answer or its error, and waits no more."""
        handle.settle(state, error)
        handle.task.handles.remove(handle)
        mine = self._by_session[handle.session]
        mine.remove(handle)
        if not mine:
            del self._by_session[handle.session]

    def _tasks_of(self, sessions: Sequence[str]) -> int:
        return len({id(handle.task) for each in sessions for handle in self._by_session.get(each, ())})
