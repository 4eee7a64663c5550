"""How does a part of a page refresh itself in the visitor's language?"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from vizcore.i18n import use_language
from vizcore.ui import access, handover, language


def fragment(draw: Callable[[], None], *, every_s: float | None = None) -> None:
    """Draws, and redraws every `every_s` seconds without the rest of the page; only on its own clicks for None.

    A refresh runs outside the shell and may come on another thread, so that the language is set again, and whether the
    visitor may still be here is asked again: otherwise a page that refreshes itself would outlive its login.
    """

    def draw_in_language() -> None:
        use_language(language.current())
        if access.refusal():
            st.rerun()  # of the whole page, which says why
        handover.arrive()  # after a short loss of the connection a part may be the first to run
        draw()

    draw_in_language.__qualname__ = f"{draw.__module__}.{draw.__qualname__}"
    st.fragment(draw_in_language, run_every=every_s)()
