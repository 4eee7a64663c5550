"""Are files freed whose page was left, and none that a page still shows?"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from vizcore.ui import left_uploads


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryUploadedFileManager]:
    """Streamlit's own store; the run is that of session "mine"."""
    store = MemoryUploadedFileManager("/upload")
    context = SimpleNamespace(uploaded_file_mgr=store, session_id="mine")
    monkeypatch.setattr(left_uploads, "get_script_run_ctx", lambda: context)
    yield store
    st.session_state.pop(left_uploads.PAGE, None)


def uploaded(store: MemoryUploadedFileManager, session: str, name: str) -> None:
    store.add_file(session, UploadedFileRec(name, name, "text/plain", b"content"))


def held(store: MemoryUploadedFileManager) -> list[str]:
    return sorted(name for files in store.file_storage.values() for name in files)


def test_going_to_another_page_frees_what_the_first_one_held(files: MemoryUploadedFileManager) -> None:
    left_uploads.forget_left("tracking")
    uploaded(files, "mine", "clip")
    uploaded(files, "theirs", "scores")
    left_uploads.forget_left("tracking")
    assert held(files) == ["clip", "scores"], "a click on the page keeps its files"
    left_uploads.forget_left("reading")
    assert held(files) == ["scores"], "another visitor's stay"
    uploaded(files, "mine", "page")
    left_uploads.forget_left("reading")
    assert held(files) == ["page", "scores"]


def test_without_a_run_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_uploads, "get_script_run_ctx", lambda: None)
    left_uploads.forget_left("tracking")
    st.session_state.pop(left_uploads.PAGE, None)
