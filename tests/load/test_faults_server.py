"""Faults 11 to 19: sockets cut, a server stopped, ended, killed, a proxy restarted, an identity provider down, memory
used up, a visitor who clears caches. Nobody else notices, nothing is half-written, and what can come back comes back.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.driver import FLAGS, Server, free_port, opened, running_app
from tests.browser.nginx import nginx_program, running_proxy
from tests.load.client import Client, visitors
from tests.load.faults import files_in, wait_until
from tests.load.pictures import name, noise, png
from vizcore.ui.visitor.cookie import PLAIN, new_token

pytestmark = pytest.mark.slow

EXIT_S = 10.0  # the bound for an orderly end
JOB_PAGE = "ideal_cat"
RUNS = "State: running"
JOB_QUERY = "lang=en&ideal_cat.steps=512"


@pytest.fixture
def server() -> Iterator[Server]:
    with running_app() as app:
        yield app


def browser() -> str:
    return f"{PLAIN}={new_token()}"


def holds(client: Client, number: int) -> bool:
    return name(number) in client.screen.text.replace("\\", "")


def bring(client: Client, number: int) -> None:
    client.open("about")
    client.upload(name(number), png(number))
    assert holds(client, number)


def with_a_job(client: Client) -> None:
    """Ideal cat begins by itself on a bundled model and sends snapshots."""
    client.open(JOB_PAGE, JOB_QUERY)
    assert not client.screen.raw_errors
    client.poll(60.0, until=lambda: RUNS in client.screen.text)
    assert RUNS in client.screen.text


def works(server: Server) -> None:
    with urllib.request.urlopen(f"{server.base}/vizcore/ready", timeout=60) as answer:
        assert answer.status == 200


def test_11_socket_lost_in_mid_upload(server: Server) -> None:
    """The half file is nowhere, the picture from before is there after the reload, and the next upload is taken."""
    cookie = browser()
    mine, other = Client(server.base, cookie), Client(server.base)
    bring(mine, 1)
    bring(other, 2)
    address = mine.address_for("large.png")
    raw = mine.begin_put(address.upload_url, noise(8), share=0.3)
    mine.cut()
    raw.close()
    mine.reconnect()
    mine.open("about")
    assert holds(mine, 1)
    assert not holds(mine, 2)
    mine.upload(name(3), png(3))
    assert holds(mine, 3)
    other.run()
    assert holds(other, 2)
    assert "Traceback" not in server.printed()


def test_12_socket_lost_in_mid_job(server: Server) -> None:
    """The place is free again, the picture is there after the reload, the others go on."""
    cookie = browser()
    mine, other = Client(server.base, cookie), Client(server.base)
    bring(mine, 1)
    bring(other, 2)
    with_a_job(mine)
    mine.reconnect()
    mine.open("about")
    assert holds(mine, 1)
    begun = time.monotonic()
    other.open("features")
    assert not other.screen.raw_errors
    assert time.monotonic() - begun < 60
    works(server)


def test_13_stopped_for_ten_seconds_and_continued(server: Server) -> None:
    with visitors(server.base, 3) as clients:
        for number, client in enumerate(clients):
            bring(client, number)
        with_a_job(clients[0])
        os.kill(server.process.pid, signal.SIGSTOP)
        time.sleep(10)
        os.kill(server.process.pid, signal.SIGCONT)
        for number, client in enumerate(clients):
            client.open("features")
            assert holds(client, number)
            assert not client.screen.raw_errors
    works(server)


def test_14_sigterm_in_a_job_ends_in_time_with_nothing_half_written(tmp_path: Path) -> None:
    with running_app(VIZCORE_CACHE_DIR=str(tmp_path), VIZCORE_EVENT_LOG=str(tmp_path / "events.jsonl")) as server:
        client, other = Client(server.base), Client(server.base)
        with_a_job(client)
        other.open("features")
        server.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        status = server.process.wait(EXIT_S)
        taken = time.monotonic() - begun
    assert taken < EXIT_S
    assert status in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert not [each for each in files_in(tmp_path) if each.endswith((".part", ".tmp")) or "/." in f"/{each}"]
    log = tmp_path / "events.jsonl"
    assert not log.exists() or log.read_text().endswith("\n")


def test_15_sigkill_and_a_new_start_on_the_same_port() -> None:
    """The page's address brings back settings and samples; what only the dead process knew is gone."""
    port, cookie = free_port(), browser()
    with running_app(port=port) as first:
        client = Client(first.base, cookie)
        client.open("features", "lang=fr&features.photos=cat&features.section=evidence")
        before = client.screen.text
        first.process.kill()
        first.process.wait(10)
    with running_app(port=port) as second:
        again = Client(second.base, cookie)
        again.open("features", "lang=fr&features.photos=cat&features.section=evidence")
        assert not again.screen.raw_errors
        assert again.screen.text.splitlines()[0] == before.splitlines()[0]


def test_15_a_page_that_was_open_says_that_the_server_started_again(chromium_path: str) -> None:
    """Streamlit's page asks the new process for nothing until the next click; the sentence comes from our script."""
    port = free_port()
    with sync_playwright() as playwright, ExitStack() as stack:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        stack.callback(chromium.close)
        with running_app(port=port) as first:
            page = opened(chromium.new_page(), f"{first.base}/about?lang=fr")
            first.process.kill()
            first.process.wait(10)
        with running_app(port=port):
            notice = page.locator("#vizcore-connection", has_text="Le serveur a été relancé")
            notice.wait_for(timeout=60_000)
            notice.click()
            notice.wait_for(state="detached")


@pytest.mark.skipif(nginx_program() is None, reason="nginx is not installed")
def test_16_proxy_restart(server: Server, tmp_path: Path) -> None:
    """Five visitors behind the recipe. Also tests/browser/test_proxy.py, with a browser and 20 MB."""
    upstream = [urlsplit(server.base).netloc]
    with running_proxy(tmp_path, upstream) as proxy:
        clients = [Client(proxy.base, browser()) for _number in range(5)]
        for number, client in enumerate(clients):
            bring(client, number)
        ports = (urlsplit(proxy.plain).port or 0, urlsplit(proxy.base).port or 0)
    with running_proxy(tmp_path, upstream, ports):
        for number, client in enumerate(clients):
            client.reconnect()
            client.open("about")
            assert holds(client, number)
            client.close()
    works(server)


def test_17_identity_provider_down(tmp_path: Path) -> None:
    """Nobody comes in, everybody gets a page with one button, and the server lives."""
    port, secrets = free_port(), tmp_path / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"x" * 40}"\n'
        f'client_id = "a"\nclient_secret = "b"\n'
        f'server_metadata_url = "http://127.0.0.1:{free_port()}/.well-known/openid-configuration"\n'
    )
    with running_app(
        port=port, arguments=["--secrets.files", str(secrets)], VIZCORE_LOGIN="oidc", VIZCORE_VIEWERS="*"
    ) as server:
        client = Client(server.base)
        client.open("about")
        assert "Sign in" in client.screen.text
        assert not client.screen.raw_errors
        try:
            status = urllib.request.urlopen(f"{server.base}/auth/login", timeout=30).status
        except urllib.error.HTTPError as refused:
            status = refused.code
        assert status < 500
        client.run()
        assert "Sign in" in client.screen.text
        assert not client.screen.of("file_uploader")


def test_18_memory_budget_reached() -> None:
    """A pool too small for two models: they take turns, every answer comes."""
    with running_app(VIZCORE_MEMORY_MB="12", VIZCORE_PICTURES_LIMIT_MPX="0.1") as server:
        with visitors(server.base, 2) as (first, second):
            first.open("about")
            first.upload(name(1), png(1))
            assert holds(first, 1)
            second.open("about")
            second.upload(name(2), png(2))
            assert any("megapixels" in each for each in second.screen.errors)
            for page in ("features", "detection", "features"):
                first.open(page)
                assert not first.screen.raw_errors
        works(server)


def test_19_a_visitor_clears_caches(server: Server) -> None:
    with visitors(server.base, 2) as (evil, other):
        evil.open("about")
        bring(other, 2)
        with_a_job(other)
        message = BackMsg(clear_cache=True)
        for _again in range(20):
            evil.send_raw(message)
        evil.run()
        other.poll(2.0)
        assert "Stopped, as you asked" not in other.screen.text
        other.open("about")
        assert holds(other, 2)
    wait_until(lambda: "dropped a browser's message: clear_cache" in server.printed())


def test_14_sigterm_at_a_verb_leaves_no_half_file(tmp_path: Path) -> None:
    out = tmp_path / "cat.png"
    words = ["ideal", "--model", "cnn-mini", "--class", "cat", "--steps", "5000", "--out", str(out)]
    process = subprocess.Popen([sys.executable, "-m", "vizcore", *words], cwd=Path(__file__).parents[2])
    time.sleep(8)
    process.terminate()
    assert process.wait(EXIT_S) != 0
    assert files_in(tmp_path) == []
