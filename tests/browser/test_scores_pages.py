"""Classification metrics and Reading in a real browser: a threshold, a clicked cell, partners by pointer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, above, idle, opened, through_sections

pytestmark = pytest.mark.browser
SCORES = "classification_metrics"
FIRST_FIGURE = 520  # pixels from the top at 1280 x 800


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=re.compile(rf"^{re.escape(label)}")).first


def test_the_threshold_moves_everything_and_a_cell_shows_its_examples(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/{SCORES}")
    above(page.get_by_test_id("stPlotlyChart").first, FIRST_FIGURE)
    queue, area = metric(page, "Queue").inner_text(), metric(page, "ROC-AUC").inner_text()
    slider = page.get_by_role("slider", name="Score threshold")
    slider.focus()
    for _step in range(40):
        page.keyboard.press("ArrowRight")
    expect(metric(page, "Queue")).not_to_have_text(queue)
    idle(page)
    assert metric(page, "ROC-AUC").inner_text() == area
    cells = page.locator(f".st-key-{SCORES}-chart-cells")
    cells.locator(".scatterlayer .point").first.wait_for(state="attached")
    cells.scroll_into_view_if_needed()
    right = cells.locator(".heatmap-label").first  # negative and not called: rightly left
    place = right.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page.get_by_role("radio", name="Rightly left (TN)")).to_be_checked()
    idle(page)
    assert page.get_by_test_id("stImage").count() == 9


def test_partners_are_marked_together(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/reading?reading.source=texts")
    pair = page.locator(".alignment .k0")
    expect(pair).to_have_count(2)
    outlines = "pair => pair.map(each => getComputedStyle(each).outlineStyle)"
    for _again in range(20):  # what is drawn late above the line moves it from under the pointer
        pair.first.hover()
        if pair.evaluate_all(outlines) == ["solid", "solid"]:
            break
        page.wait_for_timeout(100)
    assert pair.evaluate_all(outlines) == ["solid", "solid"]
    expect(page.locator(".alignment .k1").first).to_have_css("outline-style", "none")


@pytest.mark.parametrize(
    ("address", "parameter", "sections"),
    [
        (SCORES, f"{SCORES}.section", ("threshold", "averages", "calibration")),
        ("reading?reading.source=texts", "reading.section", ("alignment", "rules")),
    ],
)
def test_no_section_has_a_serious_accessibility_finding(
    server: Server, new_page: OpenPage, address: str, parameter: str, sections: tuple[str, ...]
) -> None:
    page = opened(new_page(width=390, color_scheme="dark", locale="fr-FR"), f"{server.base}/{address}")
    for section in through_sections(page, parameter, sections):
        assert grave_findings(page) == [], section
        assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth"), section
