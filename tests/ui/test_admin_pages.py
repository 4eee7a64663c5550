"""Do the administrator's pages show the live state, hide what is nobody's business, and stay closed to visitors?"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S, wait_until
from vizcore import settings
from vizcore.engine import Engine
from vizcore.figures.budget import budget_figure
from vizcore.i18n import speaking
from vizcore.settings import Settings
from vizcore.ui.panels.admin import examination, limits, models_held

APP = str(Path(__file__).parents[2] / "app.py")


def opened(page: str, language: str = "en") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("language", "title", "visitors"), [("en", "Administration", "Visitors"), ("fr", "Administration", "Visiteurs")]
)
def test_administration_opens_on_the_live_state(engine: Engine, language: str, title: str, visitors: str) -> None:
    app = opened("admin", language)
    assert app.title[0].value == title
    assert app.metric[0].label == visitors
    assert int(app.metric[0].value) >= 1


def test_examination_ends_with_every_check(engine: Engine) -> None:
    app = opened("doctor", "fr")
    over = lambda: any("segment" in each.value and "python" in each.value for each in app.markdown)  # noqa: E731
    wait_until(over, meanwhile=app.run, pause_s=0.2)
    shown = " ".join(each.value for each in app.markdown)
    assert "Contrôle" in shown
    assert "segment" in shown


def test_a_hosted_server_without_a_login_shows_neither(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "current", lambda: Settings(hosted=True))
    monkeypatch.setattr("vizcore.ui.access.current", lambda: Settings(hosted=True))
    script = str(Path(APP).parent / "pages" / "admin.py")
    app = AppTest.from_file(script, default_timeout=PATIENCE_S).run()
    assert not app.metric
    assert not app.exception


def test_folders_and_secrets_are_only_said_to_be_set() -> None:
    """Every setting whose meaning speaks of a folder or a file, those of later versions too."""
    texts = [each for each in fields(Settings) if isinstance(each.default, str)]
    places = [each.name for each in texts if re.search(r"\b(folder|file)\b", str(each.metadata["meaning"]))]
    assert {"weights", "cluster_token", "event_log"} <= set(places)
    given = replace(Settings(proxy_secret="hush"), **dict.fromkeys(places, "somewhere/private"))
    with speaking("en"):
        text = str(limits.rows(given))
    assert "private" not in text
    assert "hush" not in text
    assert "VIZCORE_QUEUE_LIMIT" in text


def held_by_both_workers() -> None:
    from types import SimpleNamespace

    from vizcore.engine import PooledModel
    from vizcore.ui.panels.admin import models_held

    copies = [("a", "cpu", 3, 1), ("b", "cpu", 5, 0), ("a", "cpu", 4, 2), ("a", "cuda", 9, 0)]
    status = SimpleNamespace(models=tuple(PooledModel(key, at, 10**6 * mb, users) for key, at, mb, users in copies))
    setattr(models_held, "engine", lambda: SimpleNamespace(status=lambda: status))  # noqa: B010
    models_held._draw_held()


def test_copies_of_a_model_on_one_device_are_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_held, "engine", None)  # put back afterwards
    app = AppTest.from_function(held_by_both_workers, default_timeout=PATIENCE_S).run()
    assert not app.exception
    assert [each.value for each in app.markdown] == [
        "**a** · cpu · 7 MB · 3 requests use it",
        "**b** · cpu · 5 MB · 0 requests use it",
        "**a** · cuda · 9 MB · 0 requests use it",
    ]
    assert [each.disabled for each in app.button] == [True, False, False]


@pytest.mark.parametrize(("may", "dropped"), [(True, ["cnn-mini"]), (False, [])])
def test_a_model_is_dropped_for_an_administrator_alone(
    monkeypatch: pytest.MonkeyPatch, may: bool, dropped: list[str]
) -> None:
    """Asked when the button is pressed: its callback runs before the page asks."""
    asked: list[str] = []
    monkeypatch.setattr(f"{models_held.__name__}.access.may", lambda role: may and role == "administrator")
    monkeypatch.setattr(models_held, "engine", lambda: SimpleNamespace(evict=asked.append))
    models_held._drop("cnn-mini")
    assert asked == dropped


@pytest.mark.parametrize(
    ("url", "host", "asked"),
    [
        ("https://vis-a-vis.example.org/doctor", "vis-a-vis.example.org", "https://vis-a-vis.example.org"),
        ("https://vis-a-vis.example.org/doctor", "10.0.0.11:8501", "https://vis-a-vis.example.org"),
        ("http://10.0.0.9:9200/_cluster", "vis-a-vis.example.org", "http://vis-a-vis.example.org"),
        ("http://me@vis-a-vis.example.org", "vis-a-vis.example.org", "http://vis-a-vis.example.org"),
        ("file:///etc/passwd", "localhost:8501", "http://localhost:8501"),
        (None, "localhost:8501", "http://localhost:8501"),
    ],
)
def test_the_examination_asks_this_server_and_no_other(
    monkeypatch: pytest.MonkeyPatch, url: str | None, host: str, asked: str
) -> None:
    """The address comes from the browser, which may say any."""
    context = SimpleNamespace(url=url, headers={"Host": host})
    known = SimpleNamespace(context=context, get_option=lambda name: ["vis-a-vis.example.org"])
    monkeypatch.setattr(examination, "st", known)
    assert examination._own_address() == asked


def test_budgets_in_percent_of_their_limits() -> None:
    with speaking("en"):
        figure = budget_figure([("a", 5, 10), ("b", 30, 20), ("c", 1, 0)])
    assert list(figure.data[0].x) == [50, 150, 0]
    assert figure.layout.xaxis.range == (0, 150)
    with speaking("en"):
        assert len(budget_figure([]).data[0].x) == 0
