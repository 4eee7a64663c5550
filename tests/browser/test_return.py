"""Do a visitor's own pictures survive a reload in this browser alone, and does deleting them delete them everywhere?"""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, idle, opened
from tests.patience import PATIENCE_S
from vizcore.ui.visitor.cookie import PLAIN

pytestmark = pytest.mark.browser


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "own.png"
    Image.fromarray(np.random.default_rng(11).integers(0, 256, (60, 80, 3), dtype=np.uint8)).save(path)
    return path


def count(page: Page) -> Any:
    return expect(page.get_by_test_id("stSidebar").locator("p", has_text="Your pictures"))


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_reload_then_another_browser_then_delete(server: Server, new_page: Any, photo: Path) -> None:
    page = opened(new_page(), f"{server.base}/about")
    (cookie,) = [each for each in page.context.cookies() if each["name"] == PLAIN]
    assert cookie["httpOnly"]
    assert cookie["expires"] == -1
    assert PLAIN not in page.evaluate("document.cookie")
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("button", name="Add pictures").click()
    page.locator("input[type=file]").first.set_input_files(str(photo))
    count(page).to_contain_text("(1 of 12)")

    page.reload()
    count(page).to_contain_text("(1 of 12)")
    expect(page.get_by_text("1 picture and your settings are here again.")).to_be_visible()
    assert cookie["value"] not in page.url
    other = opened(new_page(), f"{server.base}/about")
    count(other).to_contain_text("(0 of 12)")

    idle(page)
    media = str(sidebar.locator("[class*=st-key-tray-row] img").first.get_attribute("src"))
    media = media if media.startswith("http") else server.base + media
    assert status(media) == 200
    sidebar.get_by_role("button", name="Delete all now").click()
    count(page).to_contain_text("(0 of 12)")
    idle(page)
    assert status(media) == 404
    page.reload()
    count(page).to_contain_text("(0 of 12)")
