"""What happens before the first page is served, and after the last one?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit import delta_generator

from vizcore.settings import current
from vizcore.ui.server.background import Background
from vizcore.ui.server.garbage import Garbage
from vizcore.ui.turns import TURNS


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Settings are read once before the server answers. ValueError for settings that do not fit: it does not start."""
    _spare_the_first_paint()
    background = Background(current())
    background.start()
    garbage = Garbage(TURNS.quiet_s)
    garbage.start()
    try:
        yield {}
    finally:
        garbage.stop()
        background.stop()


def _spare_the_first_paint() -> None:
    """Streamlit need not walk the stack and all modules (0.1 s) to see at the first element whether somebody typed it
    into an interpreter."""
    delta_generator._use_warning_has_been_displayed = True
