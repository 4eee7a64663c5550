"""What happens before the first page is served and after the last one?"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from vizcore.settings import current

log = logging.getLogger(__name__)

# Two threads that import one of these for the first time at the same moment can meet a half-imported module.
IMPORTED_FIRST = ("pandas", "plotly.graph_objects")


def prepare() -> None:
    """Reads the settings and imports what every page needs, in one thread. ValueError for settings that do not fit."""
    current()
    for name in IMPORTED_FIRST:
        importlib.import_module(name)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Prepared before the server answers; the shared engine's threads are ended with it."""
    await asyncio.to_thread(prepare)
    yield {}
