"""How does a test hold the product to a number of seconds on a machine that may be slow today?

`within(1)` means one second on a fast machine. Where a block takes longer, a fixed piece of pure Python and NumPy is
timed beside it with the same clock, in the same process, and the bound grows by as much as that is slower than on the
fast machine: it never shrinks, and on a fast machine it is what it says. Collections of garbage wait until the block is
over, since their cost is that of every test before this one.
"""

from __future__ import annotations

import contextlib
import gc
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

Clock = Callable[[], float]

FAST_S = (
    0.0085  # of `_fixed_work`: the least of 300 times on a 2-core Xeon, 2.8 GHz, where the whole suite takes 18 min
)
LOOKS = 9


@contextlib.contextmanager
def within(seconds: float, what: object = "", *, clock: Clock = time.process_time) -> Iterator[None]:
    """Fails where the block takes longer, in processor time of this process or by another clock."""
    collects = gc.isenabled()
    gc.disable()
    try:
        began = clock()
        yield
        spent = clock() - began
    finally:
        if collects:
            gc.enable()
    held_to(seconds, spent, what, clock=clock)


def held_to(seconds: float, spent: float, what: object = "", *, clock: Clock = time.process_time) -> None:
    """The same for time that was measured elsewhere on this machine."""
    if spent <= seconds:
        return
    times = slowness(clock)
    assert spent <= seconds * times, (
        f"{what}: took {spent:.2f} s, not {seconds} s on a machine {times:.1f} times slower"
    )


def slowness(clock: Clock = time.process_time) -> float:
    """How many times longer than the fast machine this one takes at the moment; at least 1."""
    return max(1.0, statistics.median(_timed(clock) for _look in range(LOOKS)) / FAST_S)


def _timed(clock: Clock) -> float:
    began = clock()
    _fixed_work()
    return clock() - began


def _fixed_work() -> float:
    """Counting, a dictionary, and arrays of a few hundred kB: what readers and algorithms here are made of."""
    seen: dict[int, int] = {}
    for number in range(40_000):
        seen[number % 997] = seen.get(number % 997, 0) + number
    values = np.arange(60_000, dtype=np.float64)
    for _again in range(6):
        values = np.sqrt(values * 1.5 + 1)[np.argsort(values % 97, kind="stable")]
    return len(seen) + float(values.sum())
