"""torch has one generator for all threads of a process: who shares it, and who draws from another?

Training (dropout, first weights) borrows it for one step, so that a seed gives the same numbers whoever else is here.
Loading, whose layers are filled with random numbers before their own arrive, waits for nobody's step: it draws from a
generator of its own meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_borrowing = threading.RLock()


@contextmanager
def borrowed_generator() -> Iterator[None]:
    """No other thread draws from torch's generator on the CPU meanwhile, and at the end it is as it was.

    Seed it inside.
    """
    import torch

    with _borrowing, torch.random.fork_rng(devices=[]):
        yield


@contextmanager
def drawing_apart() -> Iterator[None]:
    """What this thread draws meanwhile changes no numbers of a thread that has borrowed the generator.

    A thread that has borrowed it itself goes on drawing from it.
    """
    if _borrowing.acquire(blocking=False):
        try:
            yield
        finally:
            _borrowing.release()
        return
    from vizcore.zoo.drawing_mode import DrawingMode

    with DrawingMode(borrowed_generator):  # not always, since it makes a load slower by a third
        yield
