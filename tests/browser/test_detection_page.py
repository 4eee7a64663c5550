"""The Detection page in a real browser: a threshold moved, files that come back equal, boxes clicked and dragged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened, through_sections
from vizcore.detection.exchange import read_coco, read_csv, read_json
from vizcore.figures.boxes import MOST_LABELS
from vizcore.results import Detections

pytestmark = pytest.mark.browser


def saved(page: Page, button: str) -> bytes:
    """The bytes that a download button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return Path(download.value.path()).read_bytes()


def drag(page: Page, canvas: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one place to another, as shares of the canvas."""
    area = canvas.bounding_box()
    assert area is not None
    (x0, y0), (x1, y1) = ((area["x"] + x * area["width"], area["y"] + y * area["height"]) for x, y in (start, end))
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, steps=4)
    page.mouse.move(x1, y1, steps=4)
    page.mouse.up()


def equal(a: Detections, b: Detections) -> bool:
    return a.boxes_xyxy.tolist() == b.boxes_xyxy.tolist() and a.scores.tolist() == b.scores.tolist()


def test_a_moved_threshold_and_files_that_come_back(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/detection?sample=cat&detection.score=0.05")
    many = read_json(saved(page, "Results with provenance (JSON)"))
    handle = page.get_by_role("slider", name="Least score")
    for _press in range(21):
        handle.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('detection.score=0.26')")
    idle(page)
    canvases = page.locator("canvas[data-boxes]")
    shown = [int(canvases.nth(place).get_attribute("data-boxes") or -1) for place in range(canvases.count())]
    few = read_json(saved(page, "Results with provenance (JSON)"))
    assert [each.provenance.model for each in few] == ["yolo-mini", "detr-mini"]
    assert shown == [len(each) for each in few]
    for before, after in zip(many, few, strict=True):
        assert after.scores.tolist() == [score for score in before.scores.tolist() if score >= 0.26]
    by_model = {each.provenance.model: each for each in few}
    (from_coco,) = read_coco(saved(page, "COCO: YOLO mini"))
    assert equal(from_coco, by_model["yolo-mini"])
    for each in read_csv(saved(page, "Boxes (CSV)")):
        assert equal(each, by_model[each.provenance.model])
    assert saved(page, "Annotated photos (PNG)").startswith(b"\x89PNG")


def test_pictures_answer_to_the_pointer_and_are_enlarged_together(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/detection?sample=cat&detection.label=none&lang=fr")
    (found, _detr) = read_json(saved(page, "Résultats et provenance (JSON)"))
    canvas = page.locator("canvas[data-boxes]").first
    area = canvas.bounding_box()
    assert area is not None
    x0, y0, x1, y1 = found.boxes_xyxy[0] * (area["width"] / found.size_wh[0])
    canvas.hover(position={"x": float(x0 + x1) / 2, "y": float(y0 + y1) / 2})
    tip = page.locator(".vizcore-boxes-tip:visible")
    expect(tip).to_contain_text("chat 0,")
    expect(tip).to_contain_text(" px")
    counts = page.locator(".vizcore-boxes-legend").first.locator("button").all_text_contents()
    assert sum(int(each.rpartition("(")[2].rstrip(")")) for each in counts) == len(found)
    legend = page.locator(".vizcore-boxes-legend button", has_text="chat").first
    legend.click()
    expect(legend).to_have_attribute("aria-pressed", "false")
    canvas.hover(position={"x": float(x0 + x1) / 2, "y": float(y0 + y1) / 2})
    expect(tip).to_have_count(0)
    frames = page.locator(".vizcore-boxes-frame")
    frames.nth(1).press("+")
    for place in range(2):
        expect(frames.nth(place)).to_have_attribute("data-zoom", "1.50")


COUNT_WORDS = """() => {
  const pen = CanvasRenderingContext2D.prototype, write = pen.fillText;
  window.written = 0;
  const counted = (canvas) => (window.written += canvas.dataset.boxes ? 1 : 0); // a table writes too
  pen.fillText = function (...given) { counted(this.canvas); return write.apply(this, given); };
}"""


def test_many_boxes_bear_no_labels_and_a_legend_instead(server: Server, new_page: OpenPage) -> None:
    """Written over each other they would hide the photo."""
    url = f"{server.base}/detection?sample=bus&detection.models=yolo-mini&detection.iou=1.0&detection.score=0.3"
    page = opened(new_page(), url)
    canvas, legend = page.locator("canvas[data-boxes]").first, page.locator(".vizcore-boxes-legend").first
    handle = page.get_by_role("slider", name="Least score")
    page.evaluate(COUNT_WORDS)
    handle.press("ArrowRight")
    page.wait_for_function("() => window.written > 0")
    expect(legend).to_be_hidden()
    assert 0 < int(canvas.get_attribute("data-boxes") or 0) <= MOST_LABELS
    handle.press("Home")
    many = f"() => Number(document.querySelector('canvas[data-boxes]').dataset.boxes) > {MOST_LABELS}"
    page.wait_for_function(many)
    page.evaluate("() => { window.written = 0; }")
    expect(legend).to_be_visible()
    page.wait_for_function("() => location.search.includes('detection.score=0.01')")
    idle(page)
    counts = legend.locator("button").all_text_contents()
    assert sum(int(each.rpartition("(")[2].rstrip(")")) for each in counts) == int(
        canvas.get_attribute("data-boxes") or 0
    )
    legend.locator("button").first.click()  # paints once more
    expect(legend.locator("button").first).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.written") == 0


def test_boxes_are_handed_to_the_segmentation_page(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(height=1400), f"{server.base}/detection?sample=cat&detection.score=0.05")
    page.get_by_role("button", name="Hand the boxes on").click()
    link = page.get_by_role("link", name="Cut")
    expect(link).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", level=1, name="Segment anything")).to_be_visible()
    idle(page)


def test_a_dragged_box_is_matched_with_a_query(server: Server, new_page: OpenPage) -> None:
    url = f"{server.base}/detection?sample=cat&detection.section=detr&detection.truth=draw"
    page = opened(new_page(height=2200), url)
    canvas = page.locator("canvas.from[data-rev]").first
    canvas.scroll_into_view_if_needed()
    drag(page, canvas, (0.2, 0.2), (0.8, 0.9))
    expect(page.get_by_text("Sum of the assigned costs")).to_be_visible()
    idle(page)
    record = json.loads(saved_last(page, "JSON"))["results"]
    assert [each["kind"] for each in record] == ["QueryAnswers", "Matching"]
    assert len(record[1]["query_ids"]) == 1


def saved_last(page: Page, button: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).last.click()
    return Path(download.value.path()).read_bytes()


def test_a_click_into_a_box_explains_it(server: Server, new_page: OpenPage) -> None:
    url = f"{server.base}/detection?sample=cat&detection.section=explain&detection.score=0.05"
    page = opened(new_page(height=1600), url)
    canvas = page.locator("canvas.from[data-rev]").first
    expect(page.get_by_role("button", name="Foreground")).to_have_count(0)
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    assert area is not None
    canvas.click(position={"x": 0.3 * area["width"], "y": 0.7 * area["height"]})
    idle(page)
    expect(page.get_by_text("of the map lies in the box").first).to_be_visible()


def test_a_french_phone_scrolls_down_only(server: Server, new_page: OpenPage) -> None:
    page = opened(
        new_page(width=390, locale="fr-FR", color_scheme="dark"), f"{server.base}/detection?detection.section=yolo"
    )
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")


def test_nothing_serious_for_people_who_see_little(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/detection?sample=cat")
    page.locator('ul[data-testid="stSidebarNavItems"][role="none"]').first.wait_for(state="attached")  # shell is mended
    sections = ("side", "agreement", "yolo", "detr", "explain", "time")
    for section in through_sections(page, "detection.section", sections):
        assert grave_findings(page) == [], section
