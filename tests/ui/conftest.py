"""An engine of its own for each test that asks for one, behind the same door as the pages'."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from streamlit.runtime.caching import clear_session_data_cache, clear_session_resource_cache

from tests.engine import fakes
from tests.engine.conftest import make_engine  # noqa: F401  (a fixture)
from vizcore.engine import Engine
from vizcore.ui import session
from vizcore.ui.server.component_scan import without_component_scan

NUMBERS = count()
APP_TEST = "test session id"  # what AppTest calls every session

without_component_scan()  # as app.py does; AppTest would look for components anew for each test


@pytest.fixture
def engine(make_engine: fakes.Maker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:  # noqa: F811
    """Fake models that answer at once; pages reach it as the process's engine, and each test is a new visitor."""
    made = make_engine(session_limit=2)
    monkeypatch.setattr("vizcore.engine.shared_engine", lambda: made)
    visitor = f"visitor {next(NUMBERS)}"
    monkeypatch.setattr(session, "session_id", lambda: visitor)
    session.engine.clear()
    yield made
    close_tab(visitor)
    session.engine.clear()


def close_tab(visitor: str = APP_TEST) -> None:
    """Ends the visit, as Streamlit does when a tab is closed; nothing is left for the next session of the browser."""
    if begun := session.visit_begun(visitor):
        begun.deleted = True
    clear_session_data_cache(APP_TEST)
    clear_session_resource_cache(APP_TEST)


@pytest.fixture(autouse=True)
def visit_of_its_own() -> Iterator[None]:
    """The visit ends with the test: else the next one would find its jobs and refusals."""
    yield
    close_tab()


@pytest.fixture(autouse=True)
def plain_opening(visit_of_its_own: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait for a click in these tests; `opening` marks those of what a page does by itself when it opens."""
    if request.node.get_closest_marker("opening"):
        return
    monkeypatch.setattr("vizcore.ui.job_panel.begins_alone", lambda: False)
    if "test_segmentation_page" in request.path.name:
        monkeypatch.setattr("vizcore.ui.panels.segmentation.inputs.FIRST_POINTS", {})
        monkeypatch.setattr("vizcore.ui.panels.segmentation.inputs.SAMPLES_HERE", ("cat", "coffee"))
        monkeypatch.setattr("vizcore.ui.panels.segmentation.inputs.OPENS_ON", {})
