"""Do files lie in memory whose field is gone, since the visitor went on to another page?

Streamlit forgets what a field held with its page, and keeps the file's bytes until the session ends. They count for
everybody (`uploads_limit_mb`), and nothing asks for them any more.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

PAGE = "left_uploads.page"


def forget_left(page: str) -> None:
    """To be called when what stands around `page` has taken its files and nothing on the page is drawn yet."""
    if st.session_state.get(PAGE) == page:
        return
    st.session_state[PAGE] = page
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_session_files(context.session_id)
