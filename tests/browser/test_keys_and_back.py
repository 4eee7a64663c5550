"""Do the keys of every page work, and does the browser's Back lead to the page before?"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Server, idle, opened

pytestmark = pytest.mark.browser


def test_keys_and_back(server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{server.base}/about?lang=en")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Search the pages")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    page.keyboard.press("/")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("iou")
    expect(dialog.get_by_role("button")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/segmentation_metrics**")
    page.locator(".js-plotly-plot").first.wait_for()
    idle(page)

    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**segmentation_metrics.section=pair**")
    idle(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**segmentation_metrics.section=size**")
    idle(page)

    page.get_by_test_id("stSidebar").get_by_role("link", name="About").click()
    page.wait_for_url("**/about**")
    idle(page)
    page.go_back()  # one step: the sections that were walked through left no entries of their own
    page.wait_for_url("**segmentation_metrics.section=size**")
    expect(page.get_by_role("radio", name="Size matters")).to_be_checked()
    page.go_back()
    page.wait_for_url("**/about**")
