"""How many messages leave for the browsers at a stretch?

Streamlit's one sending loop goes from visitor to visitor, and after each single message it lets everything else in the
process happen first. In a crowd such a round takes a second or two, and the end of a page that was drawn in a twentieth
of one waits for the round to come by (docs/scale.md). So many messages are sent at a stretch, for a few milliseconds.
Who clicks alone waits for nobody, and is answered sooner as Streamlit does it: there it stays as it is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from streamlit.runtime import runtime

from vizcore.ui.turns import TURNS

AT_A_STRETCH = 64  # Streamlit ends a socket for which 500 wait
STRETCH_S = 0.005  # as long as Streamlit rests between two rounds


class LongerStretches:
    """`asyncio` as the sending loop sees it: its `sleep(0)` is a sleep only at the end of a stretch.

    several: whether more than one visitor waits for a page.
    """

    def __init__(self, several: Callable[[], bool]) -> None:
        self._several = several
        self._sent = 0
        self._until = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        self._sent += 1
        if not seconds and self._sent < AT_A_STRETCH and time.monotonic() < self._until and self._several():
            return
        await asyncio.sleep(seconds)
        self._sent, self._until = 0, time.monotonic() + STRETCH_S


def with_longer_stretches() -> None:
    """From now on, in this process."""
    runtime.asyncio = LongerStretches(TURNS.several)  # type: ignore[attr-defined, assignment]
