"""In a real browser: two boxes dragged, an outline drawn, a prepared pair, and two mask files compared."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened, through_sections

pytestmark = pytest.mark.browser


def pair_page(server: Server, page: Page, **settings: str) -> Page:
    query = "&".join(f"segmentation_metrics.{name}={value}" for name, value in settings.items())
    return opened(page, f"{server.base}/segmentation_metrics?segmentation_metrics.section=pair&{query}")


def row(page: Page, metric: str) -> Locator:
    """The value of one metric in the table."""
    name = page.get_by_role("cell", name=metric, exact=True)
    return page.get_by_role("row").filter(has=name).get_by_role("cell").nth(1)


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """A box from one place of the canvas to another, in shares of its sides; waits until the answer is painted."""
    canvas = page.locator("canvas.from")
    before = int(canvas.get_attribute("data-rev") or 0)
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    assert area is not None
    ends = [(area["x"] + area["width"] * x, area["y"] + area["height"] * y) for x, y in (begin, end)]
    page.mouse.move(*ends[0])
    page.mouse.down()
    page.mouse.move(*ends[1], steps=5)
    page.mouse.up()
    page.locator(f'canvas.from[data-rev="{before + 1}"]').wait_for()
    idle(page)


def test_two_boxes_dragged(server: Server, new_page: OpenPage) -> None:
    page = pair_page(server, new_page(), source="boxes")
    page.locator("canvas.from[data-rev]").wait_for()
    page.get_by_role("radio", name="the truth").click()
    idle(page)
    drag(page, (0.1, 0.1), (0.5, 0.5))
    page.get_by_role("radio", name="the prediction").or_(
        page.get_by_role("button", name="the prediction")
    ).first.click()
    idle(page)
    drag(page, (0.3, 0.1), (0.7, 0.5))
    expect(row(page, "IoU")).to_have_text(re.compile(r"^0\.3[2-5]"))
    expect(row(page, "Dice")).to_have_text(re.compile(r"^0\.(49|50|5)"))
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "IoU")).not_to_have_text(re.compile(r"^0\.3[2-5]"))


def test_a_prepared_pair_and_its_record(server: Server, new_page: OpenPage, tmp_path: Path) -> None:
    page = pair_page(server, new_page(), preset="speck")
    expect(row(page, "IoU")).to_have_text(re.compile(r"^0\.99"))
    expect(row(page, "Hausdorff")).to_contain_text("px")
    fold = page.get_by_text("Show the working: IoU, Dice, precision and recall")
    fold.click()
    expect(page.locator(".katex").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON").first.click()
    file = tmp_path / "record.json"
    download.value.save_as(file)
    content = json.loads(file.read_text())
    record = content["results"][0] if "results" in content else content
    assert record["iou"] > 0.99
    assert record["hausdorff"] > 25
    assert record["provenance"]["operation"] == "mask_metrics"


@pytest.mark.parametrize(
    ("shape", "said"), [((20, 30), "The masks are the same"), ((30, 20), "30 × 20 pixels and the second one 20 × 30")]
)
def test_two_mask_files(server: Server, new_page: OpenPage, tmp_path: Path, shape: tuple[int, int], said: str) -> None:
    files = [tmp_path / "truth.png", tmp_path / "prediction.png"]
    for file, size in zip(files, ((20, 30), shape), strict=True):
        Image.fromarray(np.full(size, 255, np.uint8)).save(file)
    page = pair_page(server, new_page(), source="files")
    for place, file in enumerate(files):
        page.locator('[data-testid="stMain"] input[type=file]').nth(place).set_input_files(file)
        expect(page.get_by_text(f"{file.name} · ")).to_be_visible()
        idle(page)
    expect(page.get_by_text(said)).to_be_visible()


@pytest.mark.parametrize(
    ("name", "sections"), [("segmentation_metrics", ("counts", "pair")), ("segmentation_kinds", ("scene", "scored"))]
)
def test_the_pages_are_accessible(server: Server, new_page: OpenPage, name: str, sections: tuple[str, ...]) -> None:
    page = opened(new_page(width=390, height=1400), f"{server.base}/{name}")
    for section in through_sections(page, f"{name}.section", sections):
        for fold in page.get_by_test_id("stExpander").filter(has_text="Show the working").all():
            fold.locator("summary").click()  # wide formulas and tables
        page.wait_for_timeout(1000)
        page.mouse.move(2, 2)
        assert grave_findings(page) == [], section
