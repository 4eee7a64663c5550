"""Which libraries are imported by one thread alone, before a page that needs them runs?

Two visitors of a fresh server import pandas and plotly at the same moment in two threads, and one of them can meet a
half-imported module. The home page needs neither and is painted without them.
"""

from __future__ import annotations

import importlib
import threading

NAMES = ("pandas", "plotly.graph_objects")

_lock = threading.Lock()
_done = threading.Event()


def import_once() -> None:
    """Imports NAMES; whoever comes meanwhile waits. Costs nothing afterwards."""
    if _done.is_set():
        return
    with _lock:
        if _done.is_set():
            return
        for name in NAMES:
            importlib.import_module(name)
        _done.set()
