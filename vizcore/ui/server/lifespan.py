"""What happens before the first page is served, and after the last one?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from vizcore.settings import current
from vizcore.ui.server.background import Background


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Settings are read once before the server answers. ValueError for settings that do not fit: it does not start."""
    background = Background(current())
    background.start()
    try:
        yield {}
    finally:
        background.stop()
