"""Tracking in a real browser: the break by keys, a frame by a click on the timeline, a mask corrected by a click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened

pytestmark = pytest.mark.browser


def value(page: Page, label: str) -> str:
    metric = page.get_by_test_id("stMetric").filter(has_text=re.compile(rf"^{label}")).first
    return metric.get_by_test_id("stMetricValue").inner_text()


def test_the_break_moves_and_a_click_opens_its_frame(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/tracking")
    assert (value(page, "MOTA"), value(page, "HOTA")) == ("0.95", "0.707")
    page.get_by_role("slider", name="The last frame before the break").press("End")
    expect(page.get_by_test_id("stMetric").filter(has_text="HOTA")).not_to_contain_text("0.707")
    idle(page)
    assert value(page, "MOTA") == "0.95"
    marks = page.locator(".js-plotly-plot").first.locator(".scatterlayer .points path")
    marks.nth(4).click(force=True)
    expect(page.get_by_role("heading", name="Frame 5")).to_be_visible()
    idle(page)
    assert grave_findings(page) == []


def test_a_click_corrects_a_carried_mask_and_is_taken_back(server: Server, new_page: OpenPage) -> None:
    page = new_page()
    opened(page, f"{server.base}/tracking?tracking.section=masks&tracking.source=drawn&tracking.drawn.frames=10")
    canvas = page.locator("canvas.from[data-rev]").first
    canvas.wait_for()
    shown = page.get_by_test_id("stMetric").filter(has_text="Shown").first
    expect(shown).to_contain_text("1")
    page.get_by_role("slider").last.press("End")
    idle(page)
    canvas.scroll_into_view_if_needed()
    canvas.click(position={"x": 60, "y": 60})
    expect(shown).to_contain_text("2")
    expect(page.get_by_text("by your last correction")).to_be_visible()
    idle(page)
    page.get_by_role("button", name="Undo").click()
    expect(shown).to_contain_text("1")
    idle(page)
    assert grave_findings(page) == []
