"""Runs a coroutine to its end on an event loop of its own, in a thread of its own.

Where browser tests ran before, Playwright's loop still runs in the main thread, and asyncio refuses a second one there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def completed(work: Coroutine[Any, Any, T]) -> T:
    with ThreadPoolExecutor(1, thread_name_prefix="own loop") as pool:
        return pool.submit(asyncio.run, work).result()
