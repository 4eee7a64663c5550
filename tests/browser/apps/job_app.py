"""A page with one long job that prints when it ends, and a download whose bytes are made on demand."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from starlette.middleware import Middleware

sys.path.insert(0, str(Path(__file__).parents[3]))  # streamlit puts this script's own folder there

from tests.engine import fakes
from vizcore import engine as engine_package
from vizcore.engine import Engine, JobHandle
from vizcore.i18n import use_language
from vizcore.photo import Photo
from vizcore.snapshots import Snapshot
from vizcore.ui.downloads import download_csv, show_exports
from vizcore.ui.job_panel import show_job
from vizcore.ui.server import with_whole_runs
from vizcore.ui.server.streamed_exports import StreamedExports
from vizcore.ui.session import engine, session_id

ROWS = 20_000  # about 2 MB of text


@st.cache_resource
def shared() -> Engine:
    return Engine(fakes.settings(), loader=fakes.CountingLoader(), find_card=fakes.card)


@st.cache_resource
def climbing() -> Any:
    """The operation, on the level of a module that both this script's runs and the engine's thread know."""

    def climb(model: Any, photo: Photo, settings: fakes.Named) -> Iterator[Snapshot]:
        step = 0
        try:
            for step in range(1, settings.steps + 1):
                time.sleep(settings.pause_s)
                preview = np.full((32, 32, 3), step % 256, np.uint8)
                yield Snapshot(step, settings.steps, {"loss": 1 / step}, preview, fakes.answer(step))
        finally:
            sys.stdout.write(f"job {settings.name} ended after {step}\n")
            sys.stdout.flush()

    climb.__qualname__ = "climb"
    return climb


def page() -> None:
    engine_package.shared_engine = shared
    use_language("en")
    st.title("Job")
    name = st.query_params.get("name", "plain")

    def start() -> JobHandle:
        wanted = fakes.Named(name, steps=20_000, pause_s=0.01)
        return engine().start(climbing(), "model", fakes.photo(1), wanted, session=session_id())

    job = show_job("job.climb", start, preview="grey")
    if job and job.done():
        st.text(f"kept {fakes.value_of(job.result()):.0f}")
    show_exports("job", [fakes.answer(0.25)], table=[{"label": "=1+1", "score": 0.5}])
    rows = [{"n": n, "word": "a word to fill the line with" * 3} for n in range(ROWS)]
    download_csv(rows, name="large", key="job.large", label="Large table")


if __name__ == "__main__":
    page()
else:
    with_whole_runs()
    app = st.App(__file__, middleware=[Middleware(StreamedExports)])
