"""Who may ask, who waits for what, and what is done next? The one place that is locked."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from vizcore.engine.answers import Answers
from vizcore.engine.claims import Claim
from vizcore.engine.lanes import Lane
from vizcore.engine.requests import Request, RequestKey
from vizcore.engine.work import Progress, State, Work
from vizcore.errors import Busy, Cancelled, TooManyRequests, VizError

C = TypeVar("C", bound=Claim)


class Desk:
    """Admits requests, joins equal ones, hands work to the lanes' workers one turn at a time, settles claims.

    start_worker is called with a lane when its first work arrives.
    """

    def __init__(
        self,
        answers: Answers,
        *,
        queue_limit: int,
        session_limit: int,
        clock: Callable[[], float],
        start_worker: Callable[[Lane], None],
    ) -> None:
        self.lock = threading.Lock()
        self.clock = clock
        self.lanes: Sequence[Lane] = ()
        self._answers = answers
        self._queue_limit = queue_limit
        self._session_limit = session_limit
        self._start_worker = start_worker
        self._under_way: dict[RequestKey, Work] = {}
        self._by_session: defaultdict[str, list[Claim]] = defaultdict(list)
        self._closed = False

    # What callers do

    def admit(self, request: Request, session: str, make_claim: Callable[[Work], C]) -> C:
        """A claim on an answer: known, under way, or queued. Busy, TooManyRequests or (closed) Cancelled if refused."""
        key = request.key  # hashed outside the lock
        with self.lock:
            if self._closed:
                raise Cancelled
            work = self._under_way.get(key) or self._known(request, session) or self._enqueue(request, session)
            claim = make_claim(work)
            if claim.one_per_session and (same := self._same(claim)):
                return same
            if work.state == "done":
                claim.settle("done")
            else:
                work.claims.append(claim)
                self._by_session[session].append(claim)
            return claim

    def leave(self, claim: Claim, state: State, error: VizError) -> None:
        """Ends one claim; its work too, if nobody else waits for it."""
        with self.lock:
            self._leave(claim, state, error)

    def look_after(self, claim: Claim) -> None:
        """Ends the claim if its deadline or heartbeat is over."""
        with self.lock:
            self._look_after(claim)

    def close_session(self, session: str) -> None:
        """Ends every claim of one session."""
        with self.lock:
            for claim in list(self._by_session.get(session, ())):
                self._leave(claim, "cancelled", Cancelled())

    def position(self, claim: Claim) -> int:
        with self.lock:
            work = claim.work
            if work.lane is None or claim.done():
                return 0
            return work.lane.queue.position(work.session, work) if work.state == "waiting" else 0

    def expected_wait_s(self, claim: Claim) -> float:
        lane = claim.work.lane
        return lane.expected_wait_s(self.position(claim)) if lane else 0.0

    def close(self) -> None:
        """Ends every claim and lets the workers go home."""
        with self.lock:
            self._closed = True
            for session in list(self._by_session):
                for claim in list(self._by_session[session]):
                    self._leave(claim, "cancelled", Cancelled())
            for lane in self.lanes:
                lane.arrived.notify_all()

    # What workers do

    def take(self, lane: Lane) -> Work | None:
        """The next turn of a lane, waiting for one; None when the desk is closed.

        Work in the state "cancelled" wants to be closed, not advanced.
        """
        with self.lock:
            while True:
                if lane.closing:
                    return lane.closing.popleft()
                if self._closed:
                    return None
                work = lane.queue.pop()
                if work is None:
                    lane.arrived.wait()
                elif self._still_wanted(work):
                    work.state = "running"
                    lane.current = work
                    return work

    def put_back(self, work: Work, lane: Lane, progress: Progress) -> None:
        """After a step that was not the last: the next one when its turn comes, or an end if all have left."""
        with self.lock:
            lane.current = None
            work.progress = progress
            if not work.claims:
                self._retire(work, lane)
                return
            work.session = work.claims[0].session
            lane.queue.push(work.session, work)

    def park(self, work: Work, lane: Lane) -> None:
        """Not begun for lack of room; it waits on."""
        with self.lock:
            lane.current = None
            work.state = "waiting"
            if work.claims:
                lane.queue.push(work.session, work)
            else:
                self._under_way.pop(work.request.key, None)

    def finish(self, work: Work, lane: Lane, state: State, progress: Progress, error: VizError | None = None) -> None:
        """Settles everybody who waits for the work."""
        with self.lock:
            lane.current = None
            work.state, work.progress = state, progress
            self._under_way.pop(work.request.key, None)
            for claim in list(work.claims):
                self._settle(claim, state, error)

    def running(self) -> int:
        """How many pieces of work have begun and not ended."""
        with self.lock:
            return sum(work.state == "running" for work in self._under_way.values())

    def queue_length(self) -> int:
        """How many pieces of work have not begun."""
        with self.lock:
            return sum(work.state == "waiting" for work in self._under_way.values())

    # Under the lock

    def _known(self, request: Request, session: str) -> Work | None:
        progress = self._answers.find(request)
        return Work(request, session, None, self.clock(), "done", progress) if progress else None

    def _enqueue(self, request: Request, session: str) -> Work:
        if len({id(claim.work) for claim in self._by_session.get(session, ())}) >= self._session_limit:
            raise TooManyRequests(limit=self._session_limit)
        lane = min(self.lanes, key=lambda each: len(each.queue) + (each.current is not None))
        if lane.waiting() >= self._queue_limit:
            self._clear_out(lane)
        if lane.waiting() >= self._queue_limit:
            raise Busy(retry_s=lane.retry_s())
        work = Work(request, session, lane, self.clock())
        lane.queue.push(session, work)
        self._under_way[request.key] = work
        self._start_worker(lane)
        lane.arrived.notify()
        return work

    def _same(self, claim: C) -> C | None:
        mine = (each for each in claim.work.claims if each.session == claim.session)
        return next((each for each in mine if isinstance(each, type(claim))), None)

    def _still_wanted(self, work: Work) -> bool:
        for claim in list(work.claims):
            self._look_after(claim, leave_work=False)
        if not work.claims and work.lane is not None:
            self._retire(work, work.lane)
        return bool(work.claims)

    def _clear_out(self, lane: Lane) -> None:
        for work in list(lane.queue):
            for claim in list(work.claims):
                self._look_after(claim)

    def _look_after(self, claim: Claim, *, leave_work: bool = True) -> None:
        over = None if claim.done() else claim.over_since(self.clock())
        if over:
            (self._leave if leave_work else self._settle)(claim, *over)

    def _leave(self, claim: Claim, state: State, error: VizError) -> None:
        work, lane = claim.work, claim.work.lane
        if claim.done():
            return
        self._settle(claim, state, error)
        if lane is not None and not work.claims and lane.queue.remove(work.session, work):
            self._retire(work, lane)

    def _retire(self, work: Work, lane: Lane) -> None:
        """Nobody wants this work any more, and it is not in the middle of a step."""
        begun = work.execution is not None
        work.state = "cancelled"
        self._under_way.pop(work.request.key, None)
        if begun:
            lane.closing.append(work)
            lane.arrived.notify()

    def _settle(self, claim: Claim, state: State, error: VizError | None) -> None:
        claim.settle(state, error)
        claim.work.claims.remove(claim)
        mine = self._by_session[claim.session]
        mine.remove(claim)
        if not mine:
            del self._by_session[claim.session]
