"""With permissive models only, every page opens on what is left or says what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.settings import current

APP = str(Path(__file__).parents[2] / "app.py")
OPENING = [
    ("similarity", {}, ""),
    ("adversarial", {}, ""),
    ("detection", {}, "VIZCORE"),
    ("segmentation", {}, ""),
    ("segmentation_kinds", {"section": "photo"}, "VIZCORE"),
    ("tracking", {"section": "clip", "source": "drawn", "drawn.frames": "10"}, "VIZCORE"),
    ("tracking", {"section": "masks", "source": "drawn", "drawn.frames": "10"}, ""),
]


@pytest.fixture
def permissive(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings are read once a process: here they are read again, before and after."""
    monkeypatch.setenv("VIZCORE_PERMISSIVE_ONLY", "1")
    current.cache_clear()
    yield
    monkeypatch.undo()
    current.cache_clear()


@pytest.mark.parametrize(("page", "query", "said"), OPENING)
def test_opens_or_says_what_is_missing(permissive: None, page: str, query: dict[str, str], said: str) -> None:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.run()
    for name, value in query.items():
        app.query_params[f"{page}.{name}"] = value
    opened = app.switch_page(f"pages/{page}.py").run()
    assert not opened.exception
    errors = [each.value for each in opened.error]  # offline, a model that is not here is said as an error in its place
    assert said or not errors
    words = " ".join(each.value for each in [*opened.info, *opened.caption])
    assert ("VIZCORE" in words) is bool(said)


def test_the_probe_of_readiness_uses_what_is_left(permissive: None) -> None:
    from vizcore.ui.server.readiness import infer

    infer()
