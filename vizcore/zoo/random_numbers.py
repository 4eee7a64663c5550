"""torch has one generator for all threads of a process: who needs numbers that can be repeated draws them alone.

Training (dropout, first weights) and loading (layers are filled with random numbers before their own arrive) happen in
different threads. Each waits for the other, so that a seed gives the same numbers whoever else is here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_drawing = threading.RLock()


@contextmanager
def drawing_alone() -> Iterator[None]:
    """No other thread draws here meanwhile."""
    with _drawing:
        yield


@contextmanager
def borrowed_generator() -> Iterator[None]:
    """The same; at its end torch's generator on the CPU is as it was. Seed it inside."""
    import torch

    with _drawing, torch.random.fork_rng(devices=[]):
        yield
