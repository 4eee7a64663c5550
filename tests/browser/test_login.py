"""Does a server with OIDC let in only whom its lists name, with a real provider on this machine?"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, free_port, opened, running_app
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

SECRETS = """\
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a secret that only this test knows, long enough"
client_id = "vis-a-vis"
client_secret = "another secret of this test"
server_metadata_url = "http://127.0.0.1:{provider}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[int]:
    port = free_port()
    command = [str(Path(sys.executable).parent / "oidc-provider-mock"), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/.well-known/openid-configuration", timeout=PATIENCE_S
                ).close()
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def guarded(provider: int, chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port, secrets = free_port(), tmp_path_factory.mktemp("secrets") / "secrets.toml"
    secrets.write_text(SECRETS.format(port=port, provider=provider), encoding="utf-8")
    lists = {"VIZCORE_ROLE_CLAIM": "sub", "VIZCORE_VIEWERS": "ann,bob", "VIZCORE_ADMINISTRATORS": "ann"}
    with running_app(
        port=port, arguments=["--secrets.files", str(secrets)], VIZCORE_LOGIN="oidc", VIZCORE_HOSTED="1", **lists
    ) as server:
        yield server


def sign_in(page: Page, server: Server, name: str) -> None:
    page.goto(f"{server.base}/about")
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=sub]").fill(name)
    page.locator("button[type=submit], input[type=submit]").first.click()
    page.wait_for_url(f"{server.base}/**")


def test_nobody_sees_a_page_before_the_login(guarded: Server, new_page: Any) -> None:
    page = new_page()
    page.goto(f"{guarded.base}/about")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    expect(page.get_by_text("Licences")).to_have_count(0)


def test_whom_a_list_names_comes_in_and_can_leave(guarded: Server, new_page: Any) -> None:
    page = new_page()
    sign_in(page, guarded, "bob")
    expect(page.get_by_test_id("stSidebarNav")).to_contain_text("Features")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_whom_no_list_names_stays_outside(guarded: Server, new_page: Any) -> None:
    page = new_page()
    sign_in(page, guarded, "mallory")
    expect(page.get_by_text("not on the list of this server")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)


def test_a_second_tab_that_signs_out_closes_the_first_one(guarded: Server, new_page: Any) -> None:
    first = new_page()
    sign_in(first, guarded, "ann")
    opened(first, f"{guarded.base}/about")  # the home page may refresh itself, and would close before the click
    expect(first.get_by_test_id("stSidebarNav")).to_contain_text("Administration")
    second = first.context.new_page()
    second.goto(f"{guarded.base}/about")
    second.get_by_role("button", name="Sign out").click()
    second.wait_for_url(lambda url: not url.startswith(guarded.base))
    first.get_by_role("link", name="Administration").first.click()
    expect(first.get_by_text("signed in or out in another tab")).to_be_visible()
    expect(first.get_by_test_id("stSidebarNav")).to_have_count(0)
    sign_in(second, guarded, "bob")
    first.reload()
    expect(first.get_by_test_id("stSidebarNav")).to_contain_text("Features")
    expect(first.get_by_test_id("stSidebarNav")).not_to_contain_text("Administration")
