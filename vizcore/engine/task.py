"""What is one piece of work, how far is it, and who waits for it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from vizcore.engine.requests import Request
from vizcore.results import Result
from vizcore.snapshots import Snapshot

if TYPE_CHECKING:
    from vizcore.engine.device_queue import DeviceQueue
    from vizcore.engine.execution import Execution
    from vizcore.engine.handles import Handle

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
        best = snapshot.result if snapshot.result is not None else self.best
        preview = self.latest.preview if snapshot.preview is None and self.latest else snapshot.preview
        return Progress(
            replace(snapshot, result=None, preview=preview), best, (*self.history, (snapshot.step, snapshot.values))
        )


@dataclass(eq=False)
class Task:
    """A request on its way, shared by all who asked for the same. Guarded by the scheduler's lock.

    session: in whose line it stands. device queue: None for an answer that was already known.
    """

    request: Request
    session: str
    device_queue: DeviceQueue | None
    born_at: float
    state: State = "waiting"
    progress: Progress = field(default_factory=Progress)
    handles: list[Handle] = field(default_factory=list)
    execution: Execution | None = None
