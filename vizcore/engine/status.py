"""What does the engine say of itself?"""

from __future__ import annotations

from dataclasses import dataclass

from vizcore.engine.pool import PooledModel


@dataclass(frozen=True)
class EngineStatus:
    """device, devices: in use; "" until the first work, since finding out loads torch (`wanted` is the setting).

    queue_length: pieces of work not begun. running: begun and not ended. models: least recently used first.
    calls: operations started on a model since the process began; cache_hits: answers given without one.
    turn_s: how long the longest turn under way has taken; 0 if there is none. replicas, absent: those of a cluster that
    answer, and those that do not; both empty where this process does the work itself.
    """

    device: str
    devices: tuple[str, ...]
    wanted: str
    queue_length: int
    running: int
    models: tuple[PooledModel, ...]
    memory_bytes: int
    budget_bytes: int
    cache_bytes: int
    cache_hits: int
    calls: int
    turn_s: float = 0.0
    replicas: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
