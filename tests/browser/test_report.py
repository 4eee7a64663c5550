"""Is a page's report a file of what it shows, and does its JSON open the page again as it was?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Server, idle, opened

pytestmark = pytest.mark.browser
ADDRESS = "/segmentation_metrics?lang=en&segmentation_metrics.section=counts&segmentation_metrics.tp=40"


def test_a_report_and_the_way_back(server: Server, new_page: Any, tmp_path: Path) -> None:
    page = opened(new_page(), server.base + ADDRESS)
    page.locator(".js-plotly-plot").first.wait_for()
    files = {}
    page.get_by_test_id("stSidebar").get_by_role("button", name="Report").click()
    for name in ("Report of this page", "JSON"):
        with page.expect_download() as download:
            page.get_by_test_id("stPopoverBody").get_by_role("button", name=name, exact=True).click()
        files[name] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[name])

    found = json.loads(files["JSON"].read_text())
    assert ["segmentation_metrics.tp", "40"] in found["sections"][0]["settings"]
    assert found["sections"][0]["pictures"]

    report = new_page()
    asked: list[str] = []
    report.on("request", lambda request: asked.append(request.url))
    report.goto(files["Report of this page"].as_uri())
    expect(report.get_by_role("heading", name="IoU and Dice")).to_be_visible()
    assert report.locator("figure img").first.evaluate("(image) => image.naturalWidth") > 200
    assert report.locator("math").count()
    assert [each for each in asked if not each.startswith(("file:", "data:"))] == []

    other = opened(new_page(), f"{server.base}/about?lang=en")
    other.get_by_test_id("stSidebar").get_by_role("button", name="Report").click()
    other.get_by_test_id("stPopoverBody").locator("input[type=file]").set_input_files(files["JSON"])
    other.wait_for_url("**/segmentation_metrics?**")
    idle(other)
    assert "segmentation_metrics.tp=40" in other.url
