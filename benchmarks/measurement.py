"""What is a fair comparison? Both sides in turn in the same process, warmed up, medians and processor time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measurement:
    """One number of ours beside a peer's, or beside a limit when `peer_name` is empty.

    ours, peer: in `unit`, lower is better. target: what ours / peer (or ours alone without a peer) must not exceed.
    """

    name: str
    ours: float
    unit: str
    target: float
    peer_name: str = ""
    peer: float | None = None
    rounds: int = 1
    remark: str = ""

    @property
    def ratio(self) -> float | None:
        """ours / peer; None where there is no peer."""
        return self.ours / self.peer if self.peer else None

    @property
    def held(self) -> bool:
        """Whether the target was met in this run."""
        return (self.ours if self.ratio is None else self.ratio) <= self.target

    def sentence(self) -> str:
        """One line for people."""
        verdict = "held" if self.held else "MISSED"
        own = f"{self.name}: {self.ours:.4g} {self.unit}"
        if self.ratio is None:
            return f"{own} (target {self.target:g}, {verdict}, {self.rounds} rounds) {self.remark}".rstrip()
        beside = f"{self.peer_name} {self.peer:.4g} {self.unit}, ratio {self.ratio:.3f}"
        return f"{own}; {beside} (target {self.target:g}, {verdict}, {self.rounds} rounds) {self.remark}".rstrip()


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one side: the median by the clock and the least processor time of the whole process."""

    wall_ms: float
    cpu_ms: float


def in_turn(*sides: Callable[[], object], rounds: int = 7, warm_up: int = 1) -> list[Timing]:
    """Runs the sides one after the other, `rounds` times over, and times each of them."""
    for side in sides * warm_up:
        side()
    walls: list[list[float]] = [[] for _ in sides]
    processor: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for index, side in enumerate(sides):
            wall, cpu = time.perf_counter(), time.process_time()
            side()
            processor[index].append(time.process_time() - cpu)
            walls[index].append(time.perf_counter() - wall)
    return [Timing(median(wall) * 1e3, min(cpu) * 1e3) for wall, cpu in zip(walls, processor, strict=True)]
