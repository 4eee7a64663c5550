"""What does the engine ask of the place where operations run?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from vizcore.engine.pool import PooledModel, is_count
from vizcore.engine.requests import Request
from vizcore.snapshots import Snapshot


class Run(Protocol):
    """One request being carried out, a turn at a time, by the worker of one lane.

    finished: nothing more will come. begun_again: the steps before this turn were lost and are taken again.
    weights_sha256: of the model, "" for none. busy_s, wait_s: seconds of work and of waiting for the first turn.
    """

    finished: bool
    begun_again: bool
    weights_sha256: str
    busy_s: float
    wait_s: float

    def advance(self) -> Sequence[Snapshot]:
        """What came since the last turn, oldest first, if anything did. NoRoomYet, or what the operation raises."""

    def close(self) -> None:
        """Ends the work and gives everything back; called whatever happened."""


@dataclass(frozen=True)
class BackendStatus:
    """devices: in use, "" before the first work. models: least recently used first. calls: operations on a model.

    budget_bytes: for models, of all devices together. places: names of the replicas that answer now; absent:
    of those that do not; both empty for this process.
    """

    devices: tuple[str, ...]
    models: tuple[PooledModel, ...]
    budget_bytes: int
    calls: int
    places: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for each, kind in ((self.devices, str), (self.models, PooledModel), (self.places, str), (self.absent, str)):
            if type(each) is not tuple or not all(type(part) is kind for part in each):
                raise ValueError(f"expected a tuple of {kind.__name__}, got another value")
        if not (is_count(self.budget_bytes) and is_count(self.calls)):
            raise ValueError("expected numbers from 0, got others")


class Backend(Protocol):
    """A place where operations run, seen as lanes that each take one turn at a time."""

    @property
    def lanes(self) -> tuple[str, ...]:
        """Known at the start."""

    def on_more_lanes(self, tell: Callable[[Sequence[str]], None]) -> None:
        """`tell` is called with every lane that is found later."""

    def begin(self, lane: str, request: Request) -> Run:
        """Called by the lane's own thread."""

    def cost(self, lane: str, request: Request) -> float:
        """How much a request would rather stand in another lane, in turns. Called under the scheduler's lock."""

    def status(self) -> BackendStatus: ...

    def evict(self, model_key: str) -> bool: ...

    def forget_model(self, model_key: str) -> None:
        """As `evict`, and waits for nobody."""

    def forget(self, photos_sha256: Collection[str]) -> None: ...

    def close(self) -> None: ...
