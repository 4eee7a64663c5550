"""One Chromium and one running app for all browser tests; a fresh app for those that ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.driver import FLAGS, Server, running_app
from tests.patience import PATIENCE_MS

OpenPage = Callable[..., Page]
expect.set_options(timeout=PATIENCE_MS)  # a busy machine draws late; where lateness is what a test is about, it says so


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS, headless=True)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server(chromium_path: str) -> Iterator[Server]:
    """The app that most tests share, whose long work waits for Start. It asks for Chromium first: without one there is
    nothing to serve."""
    with running_app(VIZCORE_AUTOSTART="false") as app:
        yield app


@pytest.fixture
def fresh_server(chromium_path: str) -> Iterator[Server]:
    """An app that nobody has visited yet."""
    with running_app() as app:
        yield app


@pytest.fixture
def new_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens an empty page of a visitor of its own: new_page(width=390, color_scheme="dark", locale="fr-FR")."""
    contexts = []
    usual = {"locale": "en-US", "color_scheme": "light", "reduced_motion": "reduce"}  # what moves takes the processor

    def open_page(*, width: int = 1280, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **{**usual, **options})
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
