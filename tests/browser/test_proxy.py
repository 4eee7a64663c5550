"""Does the nginx recipe carry deep links, the websocket, an upload of 20 MB, affinity, and a restart in the middle?"""

from __future__ import annotations

import http.client
import json
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.browser.driver import Server, opened, running_app
from tests.browser.nginx import Proxy, nginx_program, running_proxy
from tests.patience import PATIENCE_MS, PATIENCE_S
from vizcore.doctor import Served, examine_served
from vizcore.ui.visitor.cookie import SECURE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        nginx_program() is None and not os.environ.get("VIZCORE_REQUIRE_BROWSER"), reason="nginx is not installed"
    ),
]
UNCHECKED = ssl._create_unverified_context()  # the certificate is the test's own
MB = 1_000_000


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    with running_app() as first, running_app() as second:
        yield first, second


@pytest.fixture(scope="module")
def proxy(servers: tuple[Server, Server], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with running_proxy(tmp_path_factory.mktemp("nginx"), [urlsplit(each.base).netloc for each in servers]) as running:
        yield running


def get(proxy: Proxy, path: str, cookie: str = "") -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPSConnection(urlsplit(proxy.base).netloc, context=UNCHECKED, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def set_cookie(answer: http.client.HTTPResponse, name: str) -> str:
    """The one Set-Cookie header that sets this cookie."""
    (only,) = (each for each in answer.headers.get_all("set-cookie", []) if each.startswith(f"{name}="))
    return str(only)


def attributes(cookie: str) -> set[str]:
    return {piece.strip() for piece in cookie.split(";")[1:]}


def test_plain_http_is_sent_to_tls(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection(urlsplit(proxy.plain).netloc, timeout=PATIENCE_S)
    connection.request("GET", "/features?lang=fr")
    answer = connection.getresponse()
    assert answer.status == 301
    assert (answer.headers["location"] or "").startswith("https://")


def test_a_deep_link_arrives_with_the_app_s_headers_and_a_route(proxy: Proxy) -> None:
    answer, body = get(proxy, "/features")
    assert answer.status == 200
    assert b"<!doctype html>" in body.lower()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["strict-transport-security"]
    route, visitor = set_cookie(answer, "vis_a_vis_route"), set_cookie(answer, SECURE)
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= attributes(route)
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} == attributes(visitor)


def test_one_visitor_stays_with_one_process_and_many_spread(proxy: Proxy) -> None:
    cookie = set_cookie(get(proxy, "/vizcore/instance")[0], "vis_a_vis_route").partition(";")[0]
    mine = {json.loads(get(proxy, "/vizcore/instance", cookie)[1])["instance"] for _ in range(10)}
    assert len(mine) == 1
    everybody = {json.loads(get(proxy, "/vizcore/instance")[1])["instance"] for _ in range(30)}
    assert len(everybody) == 2


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/app/_stcore/metrics", "/_stcore/agent/interact"])
def test_what_asks_for_no_login_is_closed(proxy: Proxy, path: str) -> None:
    assert get(proxy, path)[0].status == 404


def test_the_websocket_goes_through(proxy: Proxy) -> None:
    address = proxy.base.replace("https", "wss") + "/_stcore/stream"
    asked: dict[str, Any] = {"origin": Origin(proxy.base), "subprotocols": [Subprotocol("streamlit")]}
    with connect(address, ssl=UNCHECKED, **asked) as socket:
        assert socket.subprotocol == "streamlit"


def test_the_app_s_own_examination_finds_nothing_to_mend(proxy: Proxy) -> None:
    assert [each for each in examine_served(Served(proxy.base, verify=False)) if not each.ok] == []


def test_more_than_the_largest_upload_is_refused_by_the_proxy(proxy: Proxy) -> None:
    connection = http.client.HTTPSConnection(urlsplit(proxy.base).netloc, context=UNCHECKED, timeout=PATIENCE_S)
    connection.putrequest("PUT", "/_stcore/upload_file/session/file")
    connection.putheader("Content-Length", str(300 * MB))
    connection.endheaders()
    assert connection.getresponse().status == 413


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def large_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PNG of 19 to 20 MB: noise does not compress."""
    path = tmp_path_factory.mktemp("photo") / "large.png"
    noise = np.random.default_rng(7).integers(0, 256, (2500, 2600, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, compress_level=0)
    assert 19 * MB < path.stat().st_size < 20 * MB
    return path


def test_upload_of_20_mb_then_the_proxy_restarts_and_nothing_is_lost(
    servers: tuple[Server, Server], visitor: Page, large_photo: Path, tmp_path: Path
) -> None:
    upstream = [urlsplit(each.base).netloc for each in servers]
    with running_proxy(tmp_path, upstream) as first:
        ports = (urlsplit(first.plain).port or 0, urlsplit(first.base).port or 0)
        opened(visitor, f"{first.base}/about")
        sidebar = visitor.get_by_test_id("stSidebar")
        sidebar.get_by_role("button", name="Add pictures").click()
        visitor.locator("input[type=file]").first.set_input_files(str(large_photo))
        expect(sidebar.locator("p", has_text="Your pictures")).to_contain_text("(1 of 12)")
        visitor.request.post(f"{first.base}/vizcore/report/secret-token")
        logged = first.log()
        assert "/_stcore/upload_file/-" in logged
        assert "/vizcore/report/-" in logged
        assert "secret-token" not in logged
        assert not [line for line in logged.splitlines() if "upload_file/" in line and "upload_file/-" not in line]
    with running_proxy(tmp_path, upstream, ports):
        visitor.keyboard.press("Escape")
        visitor.wait_for_timeout(3_000)  # the browser notices and connects again by itself
        visitor.get_by_role("link", name="Home").first.click()
        visitor.locator("h1").first.wait_for()
        expect(sidebar.locator("p", has_text="Your pictures")).to_contain_text("(1 of 12)")
