"""How much of a peer's time do we need? Both run in turn in one process, and only the ratio counts.

Other programs on the machine slow both alike, so interleaved rounds compare what absolute times cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from benchmarks.measurement import Measurement, in_turn

Ours = TypeVar("Ours")
Peer = TypeVar("Peer")
Clock = Literal["cpu", "wall"]


@dataclass(frozen=True)
class Ratio(Measurement):
    """ours / peer by both clocks; `held`: the deciding one is within the target and both did the same work."""

    wall: float = 0.0
    cpu: float = 0.0
    equal: bool = True

    @property
    def held(self) -> bool:
        """Whether the target was met in this run, by equal results."""
        return self.equal and super().held

    def __bool__(self) -> bool:
        return self.held

    def line(self) -> str:
        """What `compare` prints."""
        verdict = "ok" if self.held else "MISSED" if self.equal else "RESULTS DIFFER"
        return f"{self.name} ratio_wall={self.wall:.3g} ratio_cpu={self.cpu:.3g} target<={self.target:g} {verdict}"


def compare(
    name: str,
    ours: Callable[[], Ours],
    peer: Callable[[], Peer],
    *,
    rounds: int = 7,
    target: float,
    equal: Callable[[Ours, Peer], bool] | None = None,
    by: Clock = "cpu",
    peer_name: str = "peer",
) -> Ratio:
    """Runs ours and peer in turn after a warm-up, prints one line and returns it; true when the target held.

    equal: says whether the two results stand for the same work. by: the clock that decides; processor time is the
    steadier one, wall time the right one where waiting is the point.
    """
    same = equal is None or equal(ours(), peer())
    our, their = in_turn(ours, peer, rounds=rounds)
    amounts = (our.cpu_ms, their.cpu_ms) if by == "cpu" else (our.wall_ms, their.wall_ms)
    ratio = Ratio(
        name,
        amounts[0],
        f"ms ({by})",
        target,
        peer_name,
        amounts[1],
        rounds,
        wall=our.wall_ms / their.wall_ms,
        cpu=our.cpu_ms / their.cpu_ms,
        equal=same,
    )
    print(ratio.line(), flush=True)
    return ratio


def within(name: str, ours: float, peer: float, *, target: float, unit: str, peer_name: str = "peer") -> Measurement:
    """The same for an amount that is no time (bytes, calls): prints one line and returns it."""
    amount = Measurement(name, ours, unit, target, peer_name, peer)
    print(f"{name} ratio={ours / peer:.3g} target<={target:g} {'ok' if amount.held else 'MISSED'}", flush=True)
    return amount
