"""Which browsers has this process met? One that brings a cookie which it never gave was here before a restart."""

from __future__ import annotations

import threading
from collections import OrderedDict

MOST = 50_000  # the oldest are forgotten beyond that: they would be told of a restart that was none, once


class KnownBrowsers:
    """By the hash of their cookie. Safe for threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._met: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def meet(self, browser: str) -> bool:
        """Notes this browser; whether it was known already."""
        with self._lock:
            known = browser in self._met
            self._met[browser] = None
            self._met.move_to_end(browser)
            while len(self._met) > self._most:
                self._met.popitem(last=False)
        return known


KNOWN = KnownBrowsers()
