"""Who comes in by a login or a trusted proxy, and what does everybody else see?"""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.errors import StreamlitAuthError
from streamlit.runtime.context import StreamlitHeaders
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.access import person_of_headers
from vizcore.engine import Engine
from vizcore.errors import AccessDenied, HeaderForged, LoginChanged, LoginExpired, TooManyVisits, VizError
from vizcore.settings import Settings
from vizcore.ui import access, session
from vizcore.ui.visitor.cookie import PLAIN, Owner, browser_of, new_token
from vizcore.ui.visitor.logins import LOGIN_COOKIE, LOGINS, login_mark

APP = str(Path(__file__).parents[2] / "app.py")


class User:
    """Stands in for `st.user`."""

    def __init__(self, **claims: Any) -> None:
        self.claims = claims
        self.is_logged_in = bool(claims)

    def to_dict(self) -> dict[str, Any]:
        return self.claims


def served(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, user: User, headers: dict[str, str], cookies: Any = None
) -> None:
    monkeypatch.setattr(access, "current", lambda: settings)
    context = SimpleNamespace(ip_address=None, headers=StreamlitHeaders(headers.items()), cookies=cookies or {})
    known = SimpleNamespace(user=user, context=context)
    monkeypatch.setattr(access, "st", known)


@pytest.fixture
def lists() -> Settings:
    return Settings(login="oidc", role_claim="sub", viewers="bob", administrators="ann")


def test_before_the_login_nobody_is_anybody(monkeypatch: pytest.MonkeyPatch, lists: Settings) -> None:
    served(monkeypatch, lists, User(), {})
    assert access.refusal() == access.Refusal(None)
    assert not access.may("viewer")


def test_whom_a_list_names(monkeypatch: pytest.MonkeyPatch, lists: Settings) -> None:
    served(monkeypatch, lists, User(sub="ann", exp=time.time() + 60), {})
    assert access.refusal() is None
    assert access.may("administrator")


@pytest.mark.parametrize(
    ("claims", "error"),
    [({"sub": "eve", "exp": 4e9}, AccessDenied), ({"sub": "ann", "exp": 1.0}, LoginExpired)],
)
def test_whom_no_list_names_or_whose_login_is_over(
    monkeypatch: pytest.MonkeyPatch, lists: Settings, claims: dict[str, Any], error: type[Exception]
) -> None:
    served(monkeypatch, lists, User(**claims), {})
    refused = access.refusal()
    assert refused is not None
    assert isinstance(refused.error, error)
    assert not access.may("viewer")


def test_a_table_that_went_away_while_the_server_ran_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, lists: Settings
) -> None:
    monkeypatch.setattr(access, "current", lambda: lists)

    def login() -> None:
        raise StreamlitAuthError("no [auth]")

    context = SimpleNamespace(cookies={}, headers=StreamlitHeaders([]))
    known = SimpleNamespace(user=SimpleNamespace(), login=login, context=context)
    monkeypatch.setattr(access, "st", known)
    assert access.refusal() == access.Refusal(None)
    said: list[VizError] = []
    monkeypatch.setattr(access, "show_error", said.append)
    access._sign_in()
    assert [each.values for each in said] == [{"reason": "settings"}]


def test_a_proxy_has_to_prove_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(login="proxy", proxy_secret="s")
    served(monkeypatch, settings, User(), {"X-Vizcore-Role": "presenter"})
    refused = access.refusal()
    assert refused is not None
    assert isinstance(refused.error, HeaderForged)
    served(monkeypatch, settings, User(), {"X-Vizcore-Role": "presenter", "X-Vizcore-Proxy-Secret": "s"})
    assert access.may("presenter")
    assert not access.may("administrator")


def test_a_tab_whose_browser_has_signed_in_as_somebody_else(monkeypatch: pytest.MonkeyPatch, lists: Settings) -> None:
    ann, browser = User(sub="ann", exp=time.time() + 60), {PLAIN: new_token()}
    old, new = {**browser, LOGIN_COOKIE: "ann's"}, {**browser, LOGIN_COOKIE: "bob's"}
    served(monkeypatch, lists, ann, {}, old)
    assert access.may("administrator")
    LOGINS.note(browser_of(browser[PLAIN]), login_mark({}, new, lists))
    refused = access.refusal()
    assert refused is not None
    assert isinstance(refused.error, LoginChanged)
    assert not access.may("viewer")
    served(monkeypatch, lists, ann, {}, new)
    assert access.may("administrator")


def test_a_session_that_goes_on_belongs_to_whoever_began_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy's headers of a new connection name somebody else: the pictures in this session are not theirs."""
    settings = Settings(login="proxy", proxy_secret="s" * 16)
    sent = {"X-Vizcore-Role": "viewer", "X-Vizcore-Proxy-Secret": "s" * 16}
    monkeypatch.setitem(session._open, session.session_id(), session.Visit("s1", owner=Owner("browser", "ann")))
    served(monkeypatch, settings, User(), {**sent, "X-Vizcore-User": "ann"})
    assert access.refusal() is None
    served(monkeypatch, settings, User(), {**sent, "X-Vizcore-User": "bob"})
    refused = access.refusal()
    assert refused is not None
    assert isinstance(refused.error, LoginChanged)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "only through its own sign"), ("fr", "que derrière sa propre page de connexion")],
)
def test_a_forged_header_sees_one_sentence_and_no_page(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    monkeypatch.setattr(access, "current", lambda: Settings(login="proxy", proxy_secret="s"))
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    assert sentence in app.error[0].value
    assert not app.sidebar.file_uploader
    assert not app.button


def test_a_page_for_administrators_says_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"X-Vizcore-Role": "viewer", "X-Vizcore-Proxy-Secret": "s"}
    settings = Settings(login="proxy", proxy_secret="s")
    monkeypatch.setattr(access, "current", lambda: settings)
    monkeypatch.setattr(access, "person", lambda: person_of_headers(headers, settings))

    def page() -> None:
        from vizcore.ui import access as its_access

        its_access.require("administrator")
        raise AssertionError("expected to have stopped")

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert "administrator" in app.error[0].value


def test_a_sign_in_by_provider_heeds_no_header(monkeypatch: pytest.MonkeyPatch, lists: Settings) -> None:
    headers = {"X-Vizcore-Role": "administrator", "X-Vizcore-User": "ann", "X-Vizcore-Proxy-Secret": ""}
    served(monkeypatch, lists, User(), headers)
    assert access.refusal() == access.Refusal(None)
    served(monkeypatch, Settings(hosted=True), User(), headers)
    assert not access.may("presenter")


def test_a_part_that_refreshes_itself_ends_with_the_login(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [access.Refusal(LoginExpired()), None]
    monkeypatch.setattr(access, "refusal", lambda: answers.pop(0))

    def page() -> None:
        import streamlit as st

        from vizcore.ui.fragments import fragment

        fragment(lambda: st.write("drawn"))

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert not answers  # refused once, which ran the whole page again
    assert app.markdown[0].value == "drawn"


@pytest.mark.parametrize(
    ("language", "reason", "words"),
    [("en", "all", "limit of visits"), ("fr", "all", "limite de visites"), ("fr", "own", "un nombre limité d’onglets")],
)
def test_too_many_visits_see_one_sentence_and_no_page(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, language: str, reason: Any, words: str
) -> None:
    refused = access.Refusal(TooManyVisits(limit=3, reason=reason))
    monkeypatch.setattr("vizcore.ui.visit_limits.refusal", lambda: refused)
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    assert words in app.error[0].value
    assert not app.button
    assert not app.sidebar.file_uploader
