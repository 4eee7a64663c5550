"""Does a server without a way to sign in say so: at its start, and to whoever presses Sign in?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime import secrets

from tests.test_sign_in import TABLE
from vizcore.settings import Settings
from vizcore.ui.server.middleware import middleware
from vizcore.ui.server.sign_in_page import SignInTrouble, login_settled_or_exit


async def to_the_provider(request: Request) -> Response:
    if "down" in request.query_params:
        return PlainTextResponse("Authentication error", 400)
    return RedirectResponse("https://login.example.org/", 302)


async def elsewhere(_request: Request) -> Response:
    answer = PlainTextResponse("Authentication error", 400)
    answer.set_cookie("_streamlit_user", "x", httponly=True)
    answer.headers.append("set-cookie", "other=y; Path=/; secure")
    return answer


ROUTES = [Route("/auth/login", to_the_provider), Route("/page", elsewhere)]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en-GB,en;q=0.9", "does not answer; please try again"), ("fr", "ne répond pas"), ("", "does not answer")],
)
def test_a_provider_that_is_away_is_one_sentence(language: str, words: str) -> None:
    browser = TestClient(Starlette(routes=ROUTES, middleware=[Middleware(SignInTrouble)]), follow_redirects=False)
    answer = browser.get("/auth/login?down=1", headers={"accept-language": language})
    assert answer.status_code == 503
    assert words in answer.text
    assert "Authentication error" not in answer.text
    assert browser.get("/auth/login").status_code == 302
    assert browser.get("/page").text == "Authentication error"


def test_every_cookie_that_comes_by_tls_stays_with_it() -> None:
    browser = TestClient(Starlette(routes=ROUTES, middleware=middleware()))
    by_tls = browser.get("/page", headers={"x-forwarded-proto": "https"}).headers.get_list("set-cookie")
    assert [each.lower().count("secure") for each in by_tls] == [1, 1]
    plain = browser.get("/page").headers.get_list("set-cookie")
    assert [each.lower().count("secure") for each in plain] == [0, 1]


@pytest.mark.parametrize(
    ("login", "table", "starts"),
    [("", None, True), ("proxy", None, True), ("oidc", TABLE, True), ("oidc", None, False), ("oidc", {}, False)],
)
def test_a_server_on_which_nobody_could_sign_in_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], login: str, table: object, starts: bool
) -> None:
    known = SimpleNamespace(load_if_toml_exists=lambda: table is not None, get=lambda name: table)
    monkeypatch.setattr(secrets, "secrets_singleton", known)
    monkeypatch.setattr("streamlit.get_option", lambda name: ["vis-a-vis.example.org"])
    if starts:
        login_settled_or_exit(Settings(login=login))
        return
    with pytest.raises(SystemExit) as ended:
        login_settled_or_exit(Settings(login=login))
    assert ended.value.code == 2
    assert "expected a table [auth] in .streamlit/secrets.toml" in capsys.readouterr().err
