"""Is the cookie one that no script and no other host can use, and is another person in another tab noticed?"""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vizcore.settings import Settings
from vizcore.ui.server import visitor_cookie
from vizcore.ui.server.visitor_cookie import VisitorCookie
from vizcore.ui.visitor.cookie import PLAIN, SECURE, browser_of, new_token, token_in
from vizcore.ui.visitor.logins import LOGIN_COOKIE, LoginWatch, login_mark

OIDC = Settings(login="oidc")
PROXY = Settings(login="proxy", proxy_secret="s")
PROVEN = {"X-Vizcore-Proxy-Secret": "s", "X-Vizcore-Role": "viewer", "X-Vizcore-User": "ann"}


async def page(_request: Request) -> Response:
    return HTMLResponse("<h1>here</h1>", headers={"etag": "x", "cache-control": "public"})


async def script(_request: Request) -> Response:
    return PlainTextResponse("1", media_type="text/javascript")


def client(base: str = "http://testserver") -> TestClient:
    routes = [Route("/{rest:path}.js", script), Route("/{rest:path}", page)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(VisitorCookie)]), base_url=base)


def test_a_page_sets_it_once_and_no_cache_keeps_that_answer() -> None:
    browser = client()
    first = browser.get("/features")
    cookie = first.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {each.strip() for each in cookie.split(";")}
    assert first.headers.get_list("cache-control") == ["private, no-store"]
    assert "etag" not in first.headers
    assert token_in(browser.cookies)
    assert "set-cookie" not in browser.get("/features").headers


@pytest.mark.parametrize("path", ["/static/main.js", "/vote/ABCDE", "/speaker/ABCDE"])
def test_other_answers_set_none(path: str) -> None:
    assert "set-cookie" not in client().get(path).headers


@pytest.mark.parametrize("forwarded", [True, False])
def test_behind_tls_no_other_host_can_have_set_it(forwarded: bool) -> None:
    browser = client() if forwarded else client("https://testserver")
    cookie = browser.get("/", headers={"x-forwarded-proto": "https"} if forwarded else {}).headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert cookie.endswith("; Secure")
    assert "Domain" not in cookie


def test_two_browsers_have_two() -> None:
    one, other = client(), client()
    one.get("/")
    other.get("/")
    assert token_in(one.cookies) != token_in(other.cookies)


@pytest.mark.parametrize("value", ["", "short", "x" * 42, "x" * 44, "x" * 42 + ";", "é" * 43])
def test_what_is_no_token(value: str) -> None:
    assert token_in({PLAIN: value}) is None


def test_the_protected_one_comes_first() -> None:
    mine, planted = new_token(), new_token()
    assert token_in({PLAIN: planted, SECURE: mine}) == mine
    assert browser_of(mine) not in (mine, browser_of(planted))


def test_a_mark_says_who_is_signed_in() -> None:
    ann, bob = ({LOGIN_COOKIE: value} for value in ("a", "b"))
    assert login_mark({}, ann, OIDC) == login_mark({}, {**ann, "_streamlit_user_tokens": "t"}, OIDC)
    assert len({login_mark({}, each, OIDC) for each in (ann, bob, {}, {**ann, f"{LOGIN_COOKIE}__1": "c"})}) == 4
    assert login_mark({}, ann, Settings()) is None
    assert login_mark(PROVEN, {}, PROXY) != login_mark({**PROVEN, "X-Vizcore-Role": "administrator"}, {}, PROXY)


def test_headers_that_prove_nothing_change_nobody_s_mark() -> None:
    assert login_mark({**PROVEN, "X-Vizcore-Proxy-Secret": "?"}, {}, PROXY) is None
    watch = LoginWatch()
    watch.note("b", login_mark(PROVEN, {}, PROXY))
    watch.note("b", None)
    assert not watch.is_outdated("b", login_mark(PROVEN, {}, PROXY))
    assert not watch.is_outdated("b", None)


def test_the_newest_mark_of_a_browser_counts_and_memory_is_bounded() -> None:
    watch = LoginWatch(most=2)
    watch.note("b", "ann")
    assert not watch.is_outdated("b", "ann")
    watch.note("b", "bob")
    assert watch.is_outdated("b", "ann")
    watch.note("c", "x")
    watch.note("d", "x")
    assert not watch.is_outdated("b", "ann")  # forgotten: nothing is known of it any more


def test_a_sign_out_in_one_tab_is_seen_by_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = LoginWatch()
    monkeypatch.setattr(visitor_cookie, "LOGINS", watch)
    monkeypatch.setattr(visitor_cookie, "current", lambda: OIDC)
    browser = client()
    browser.get("/")
    name = browser_of(token_in(browser.cookies) or "")
    browser.cookies.set(LOGIN_COOKIE, "ann's")
    signed_in = login_mark({}, dict(browser.cookies), OIDC)
    browser.get("/features")
    assert not watch.is_outdated(name, signed_in)
    browser.get("/auth/logout")
    assert watch.is_outdated(name, signed_in)
