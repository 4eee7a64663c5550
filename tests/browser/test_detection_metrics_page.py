"""Detection metrics in a real browser: two boxes by mouse and keyboard, a threshold, a clicked cell, a record."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened, through_sections
from vizcore.i18n.numbers import MINUS
from vizcore.metrics.detection.coco_definitions import NAMES
from vizcore.metrics.detection.coco_files import read_coco_pair
from vizcore.metrics.detection.coco_summary import coco_statistics

pytestmark = pytest.mark.browser
KEY = "detection_metrics"


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=re.compile(rf"^{re.escape(label)}")).first


def value(page: Page, label: str) -> float:
    return float(metric(page, label).get_by_test_id("stMetricValue").inner_text().replace(MINUS, "-"))


def drag(page: Page, canvas: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A box from one place to another, in shares of the picture."""
    area = canvas.bounding_box()
    assert area is not None
    for place, action in ((start, page.mouse.down), (end, page.mouse.up)):
        page.mouse.move(area["x"] + place[0] * area["width"], area["y"] + place[1] * area["height"], steps=6)
        action()


def test_two_boxes_by_mouse_and_keyboard(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/{KEY}")
    canvas = page.locator("canvas.from[data-rev]")
    canvas.wait_for()
    canvas.scroll_into_view_if_needed()
    page.get_by_role("radio", name="box A (the truth)").click()
    idle(page)
    drag(page, canvas, (0.1, 0.1), (0.5, 0.5))
    expect(page.locator("canvas.from[data-rev='1']")).to_be_visible()
    page.get_by_role("radio", name="box B (found)").click()
    idle(page)
    drag(page, canvas, (0.3, 0.1), (0.7, 0.5))
    expect(page.locator("canvas.from[data-rev='2']")).to_be_visible()
    idle(page)
    assert value(page, "IoU") == pytest.approx(1 / 3, abs=0.02)
    page.get_by_role("button", name="Not touching", exact=True).click()
    expect(metric(page, "IoU")).to_contain_text("0.000")
    idle(page)
    assert value(page, "GIoU") < 0
    page.get_by_role("button", name="Undo").click()
    expect(metric(page, "IoU")).to_contain_text("0.33")


def calls(page: Page) -> str:
    """The sidebar's line about models: which one was used, how much memory they hold."""
    return page.get_by_test_id("stSidebar").inner_text()


def test_the_threshold_moves_boxes_and_numbers_but_not_ap(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/{KEY}?{KEY}.section=threshold&{KEY}.pictures=8")
    before, ap, picture = value(page, "Recall"), value(page, "mAP@0.50"), page.get_by_test_id("stImage").locator("img")
    shown, sidebar = picture.first.get_attribute("src"), calls(page)
    slider = page.get_by_role("slider", name="Score threshold")
    slider.focus()
    for _step in range(30):
        page.keyboard.press("ArrowRight")
    expect(metric(page, "Recall")).not_to_contain_text(f"{before:.3f}")
    idle(page)
    assert value(page, "Recall") < before
    assert value(page, "mAP@0.50") == ap
    assert picture.first.get_attribute("src") != shown
    assert calls(page) == sidebar


def test_a_clicked_cell_shows_its_pictures(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(height=1600), f"{server.base}/{KEY}?{KEY}.section=threshold&{KEY}.pictures=8")
    chart = page.locator(".st-key-detection_metrics-chart-confusion")
    chart.locator(".scatterlayer .point").first.wait_for(state="attached")
    chart.scroll_into_view_if_needed()
    busiest = chart.locator(".heatmap-label").first
    area = busiest.bounding_box()
    assert area is not None
    page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    expect(page.get_by_text(re.compile("found as"))).to_be_visible()


def saved(page: Page, button: str) -> Any:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return json.loads(Path(download.value.path()).read_bytes())


def test_what_is_taken_away_gives_the_same_numbers(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/{KEY}?{KEY}.section=threshold&{KEY}.pictures=8&{KEY}.seed=4")
    report = saved(page, "Report (JSON)")
    files = [json.dumps(saved(page, name)).encode() for name in ("Truth (COCO)", "Detections (COCO)")]
    stats = coco_statistics(read_coco_pair(*files))
    assert report["kind"] == "DetectionReport"
    assert [report["coco"][name] for name in NAMES] == pytest.approx(stats.tolist(), abs=1e-12)
    assert report["provenance"]["settings"]["misses"] == 0.15
    assert report["operating_point"]["recall"] == pytest.approx(value(page, "Recall"), abs=6e-4)


def test_own_files_on_a_french_phone(server: Server, new_page: OpenPage, tmp_path: Path) -> None:
    truth = {
        "images": [{"id": 1, "width": 100, "height": 100}],
        "categories": [{"id": 3, "name": "chat"}],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 3, "bbox": [10, 10, 40, 40], "area": 1600, "iscrowd": 0}
        ],
    }
    found = [{"image_id": 1, "category_id": 3, "bbox": [10, 10, 40, 40], "score": 0.9}]
    for name, content in (("gt.json", truth), ("dt.json", found)):
        (tmp_path / name).write_text(json.dumps(content))
    page = opened(
        new_page(width=390, locale="fr-FR", color_scheme="dark"),
        f"{server.base}/{KEY}?{KEY}.section=curves&{KEY}.source=files",
    )
    for place, name in enumerate(("gt.json", "dt.json")):
        page.locator(f".st-key-detection_metrics-{('truth', 'found')[place]} input[type=file]").set_input_files(
            tmp_path / name
        )
        idle(page)
    expect(metric(page, "AP50")).to_contain_text("1,000")
    idle(page)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")


def test_no_section_has_a_serious_accessibility_finding(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(color_scheme="dark"), f"{server.base}/{KEY}?{KEY}.pictures=6")
    sections = ("boxes", "curves", "threshold", "errors", "slices", "compare")
    for section in through_sections(page, f"{KEY}.section", sections):
        assert grave_findings(page) == [], section
