"""Which device computes, how full is its memory of models, and how many requests wait?"""

from __future__ import annotations

from typing import Any

from vizcore.i18n import _
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.session import engine


def show_engine_status(place: Any) -> None:
    """One quiet line in `place`, an `st.empty()`; what it says is of this moment."""
    status = engine().status()
    memory = _("{used} of {budget} MB for models").format(
        used=round(status.memory_bytes / 1e6), budget=round(status.budget_bytes / 1e6)
    )
    waiting = _("{n} waiting").format(n=status.queue_length)
    device = escaped(status.device).upper() or _("no model used yet")
    place.caption(f":material/memory: {device} · {memory} · {waiting}")
