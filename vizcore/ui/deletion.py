"""What does "Delete all now" delete? Everything that this visitor brought, and everything that was made of it."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.runtime import caching, exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vizcore.ui import url_state
from vizcore.ui.session import visit
from vizcore.ui.tray import state as tray_state
from vizcore.ui.visitor.left_visits import LEFT

KEPT = (url_state.CHOSEN, url_state.SEEN, url_state.PAGE)  # settings: none of them says anything about a picture
KEPT_BEGINNING = ("lecture.", "player.")  # a lecture goes on
SIMPLE = (str, int, float, bool, type(None))


def delete_all() -> None:
    """Pictures, galleries, clips and files of this session, what models found in them, jobs that work on them, uploads
    that no page has taken, what is kept for a return, and results remembered for this session alone."""
    ended = visit()
    ended.deleted = True
    if ended.owner:
        LEFT.forget(ended.owner)
    tray_state.clear()
    for job in ended.jobs.values():
        job.cancel()
    for key in [key for key, value in st.session_state.items() if _goes(str(key), value)]:
        del st.session_state[key]
    _clear_session()


def _goes(key: str, value: Any) -> bool:
    return not (key in KEPT or key == tray_state.KEY or key.startswith(KEPT_BEGINNING) or isinstance(value, SIMPLE))


def _clear_session() -> None:
    """What Streamlit holds for the session; its visit ends with its caches, and the next call begins another."""
    context = get_script_run_ctx()
    if context is None:
        return
    if exists():
        get_instance().uploaded_file_mgr.remove_session_files(context.session_id)
    caching.clear_session_data_cache(context.session_id)
    caching.clear_session_resource_cache(context.session_id)
