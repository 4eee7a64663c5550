"""One request under way: its state, its progress, and the handles of those who wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

from vizcore.engine.requests import Request
from vizcore.errors import VizError
from vizcore.results import Result
from vizcore.snapshots import Snapshot

State = Literal["waiting", "running", "done", "cancelled", "failed", "abandoned"]


@dataclass(frozen=True, eq=False)
class Progress:
    """latest: the newest snapshot, without its result, with the last preview given. best: the last result given.

    history: (step, values) of every snapshot so far.
    """

    latest: Snapshot | None = None
    best: Result | None = None
    history: tuple[tuple[int, Mapping[str, float]], ...] = ()

    def after(self, snapshot: Snapshot) -> Progress:
        step, values, preview = snapshot.step, snapshot.values, snapshot.preview
        if preview is None and self.latest:
            preview = self.latest.preview
        best = snapshot.result if snapshot.result is not None else self.best
        return Progress(Snapshot(step, snapshot.total, values, preview), best, (*self.history, (step, values)))


class Waiter(Protocol):
    """What the scheduler asks of a handle. one_per_session: starting the same again gives the same handle."""

    one_per_session: ClassVar[bool]
    session: str

    @property
    def task(self) -> Task: ...

    def done(self) -> bool: ...

    def settle(self, state: State, error: VizError | None = None) -> None: ...

    def over_since(self, now: float) -> tuple[State, VizError] | None: ...


class HandleOwner(Protocol):
    """What a handle asks of the scheduler."""

    def clock(self) -> float: ...

    def leave(self, handle: Waiter, state: State, error: VizError) -> None: ...

    def look_after(self, handle: Waiter) -> None: ...

    def position(self, handle: Waiter) -> int: ...

    def expected_wait_s(self, handle: Waiter) -> float: ...


@dataclass(eq=False)
class Task:
    """A request under way, shared by all who asked for the same. Guarded by the scheduler's lock.

    session: in whose line it stands. device: the queue it stands in; "" for an answer that was already known.
    begun: its first step was taken, so that ending it means closing its generator.
    """

    request: Request
    session: str
    device: str
    born_at: float
    state: State = "waiting"
    progress: Progress = field(default_factory=Progress)
    handles: list[Waiter] = field(default_factory=list)
    begun: bool = False
