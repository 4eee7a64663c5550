"""In a real browser: a merged pair of cats costs PQ and not mIoU, and a link brings the same picture back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, opened

pytestmark = pytest.mark.browser
PERFECT = "segmentation_kinds.shift_px=0&segmentation_kinds.missed=0"


def metric(page: Page, name: str) -> str:
    label = page.get_by_text(name, exact=True)
    return page.get_by_test_id("stMetric").filter(has=label).get_by_test_id("stMetricValue").inner_text()


def test_merging_two_objects(server: Server, new_page: OpenPage) -> None:
    address = f"{server.base}/segmentation_kinds?segmentation_kinds.section=scored&{PERFECT}"
    page = opened(new_page(), f"{address}&segmentation_kinds.merged=0")
    assert (metric(page, "mIoU"), metric(page, "PQ")) == ("1", "1")
    page = opened(new_page(), f"{address}&segmentation_kinds.merged=1")
    assert metric(page, "mIoU") == "1"
    assert re.fullmatch(r"0\.\d+", metric(page, "PQ"))
    page.get_by_text("Show the working: Panoptic quality").click()
    expect(page.get_by_text("A pair counts as a match")).to_be_visible()


def test_three_pictures_of_one_scene(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/segmentation_kinds?segmentation_kinds.objects=4")
    expect(page.get_by_text("Objects: 4; nothing is said about the ground")).to_be_visible()
    expect(page.get_by_alt_text("The scene’s truth as Panoptic segmentation").or_(
        page.get_by_alt_text("The scene's truth as Panoptic segmentation"))).to_be_visible()  # fmt: skip
