"""An engine of its own for each test that asks for one, behind the same door as the pages'."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.engine import fakes
from tests.engine.conftest import make_engine  # noqa: F401  (a fixture)
from vizcore.engine import Engine
from vizcore.ui import session

NUMBERS = count()


@pytest.fixture
def engine(make_engine: fakes.Maker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:  # noqa: F811
    """Fake models that answer at once; pages reach it as the process's engine, and each test is a new visitor."""
    made = make_engine(session_limit=2)
    monkeypatch.setattr("vizcore.engine.shared_engine", lambda: made)
    visitor = f"visitor {next(NUMBERS)}"
    monkeypatch.setattr(session, "session_id", lambda: visitor)
    session.engine.clear()
    yield made
    session.engine.clear()


@pytest.fixture(autouse=True)
def plain_start_of_the_segmentation_page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of prompts begin on the cat and with none; `first_click` marks those of the click that the page makes."""
    if "test_segmentation_page" in request.path.name and not request.node.get_closest_marker("first_click"):
        monkeypatch.setattr("vizcore.ui.panels.segmentation.inputs.FIRST_POINTS", {})
        monkeypatch.setattr("vizcore.ui.panels.segmentation.inputs.SAMPLES_HERE", ("cat", "coffee"))
