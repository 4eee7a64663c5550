"""The Segmentation page in a real browser: click, shift-click, drag, keys, undo, a typed table, a drawn reference."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened

pytestmark = pytest.mark.browser
COLOURS = """canvas => { const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let sum = 0; for (let i = 0; i < data.length; i += 4) sum += data[i] * 3 + data[i + 1] * 5 + data[i + 2] * 7;
    return sum; }"""


def segmentation(page: Page, server: Server, **query: str) -> Locator:
    """The first canvas of the page with GrabCut, which needs no weights, once it is painted."""
    words = "&".join(
        f"segmentation.{name}={value}" for name, value in {"models": "grabcut", "photos": "cat", **query}.items()
    )
    opened(page, f"{server.base}/segmentation?{words}")
    canvas = page.locator("canvas.from[data-rev]").first
    canvas.wait_for()
    canvas.scroll_into_view_if_needed()
    return canvas


def painted(page: Page, rev: int, nth: int = 0) -> None:
    page.locator("canvas.from").nth(nth).and_(page.locator(f'[data-rev="{rev}"]')).wait_for()
    idle(page)


def at(canvas: Locator, across: float, down: float) -> tuple[float, float]:
    area = canvas.bounding_box()
    assert area is not None
    return area["x"] + area["width"] * across, area["y"] + area["height"] * down


def click(page: Page, canvas: Locator, across: float, down: float, *keys: str) -> None:
    for key in keys:
        page.keyboard.down(key)
    page.mouse.click(*at(canvas, across, down))
    for key in keys:
        page.keyboard.up(key)


def drag(page: Page, canvas: Locator, *places: tuple[float, float]) -> None:
    page.mouse.move(*at(canvas, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*at(canvas, *place), steps=6)
    page.mouse.up()


def share(page: Page) -> float:
    """Per cent of the photo that the object in hand covers, as the page says it."""
    words = page.get_by_text(re.compile("of the photo")).first.inner_text()
    return float(re.findall(r"([\d.]+)%", words)[0])


def test_a_pet_within_ten_seconds_of_opening_the_page(server: Server, new_page: OpenPage) -> None:
    page = new_page(width=1280, height=800)
    began = time.monotonic()
    opened(page, server.base)  # the server itself has been started before
    home_s = time.monotonic() - began
    began = time.monotonic()
    opened(page, f"{server.base}/segmentation?segmentation.photos=cat")
    canvas = page.locator("canvas.from[data-rev]").first
    canvas.wait_for()
    area = canvas.bounding_box()
    assert area is not None
    assert area["y"] + area["height"] <= 800, "the whole cat is there without scrolling"
    click(page, canvas, 0.45, 0.5)
    painted(page, 1)
    took_s = time.monotonic() - began
    assert share(page) > 60  # by the bundled model, from one click; the cat fills about four fifths of its photo
    assert took_s < max(10, 5 * home_s)  # on a busy machine, in opening times of Home


def test_the_first_ten_seconds(server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = segmentation(page, server)
    expect(page.get_by_text("Click on something in cat")).to_be_visible()
    plain = canvas.evaluate(COLOURS)
    click(page, canvas, 0.45, 0.5)
    painted(page, 1)
    assert canvas.evaluate(COLOURS) != plain
    assert share(page) > 0


def test_shift_click_drag_and_undo(server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = segmentation(page, server)
    drag(page, canvas, (0.1, 0.02), (0.95, 0.98))
    painted(page, 1)
    boxed = share(page)
    click(page, canvas, 0.3, 0.3, "Shift")
    painted(page, 2)
    assert share(page) != boxed
    page.locator("button.undo").first.click()
    painted(page, 3)
    assert share(page) == boxed
    page.locator("button.redo").first.click()
    painted(page, 4)
    page.locator("button.clear").first.click()
    painted(page, 5)
    expect(page.get_by_text(re.compile("of the photo"))).to_have_count(0)


def test_keys_alone(server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = segmentation(page, server)
    canvas.focus()
    page.keyboard.press("Enter")
    painted(page, 1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Enter")
    painted(page, 2)
    page.keyboard.press("Control+z")
    painted(page, 3)
    assert share(page) > 0


def test_a_box_elsewhere_is_a_new_object_and_the_table_knows_both(server: Server, new_page: OpenPage) -> None:
    page = new_page()
    canvas = segmentation(page, server)
    click(page, canvas, 0.8, 0.8)
    painted(page, 1)
    drag(page, canvas, (0.1, 0.1), (0.4, 0.5))
    painted(page, 2)
    expect(page.get_by_role("button", name="Object 2")).to_be_visible()
    page.get_by_text("Prompts as a table").click()
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    expect(table.locator("canvas").first.locator("tr")).to_have_count(3)  # the head and two prompts
    page.get_by_role("button", name="Take over the table").scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # scrolled
    area = table.bounding_box()
    assert area is not None
    page.mouse.click(area["x"] + area["width"] * 0.47, area["y"] + 52)  # x of the first row
    page.wait_for_timeout(300)  # chosen
    page.keyboard.type("5", delay=100)
    page.wait_for_timeout(300)  # the cell's own field opens
    page.keyboard.type("0")
    page.wait_for_timeout(300)  # the field tells its table a moment later
    page.keyboard.press("Enter")
    expect(table.locator("canvas").first).to_contain_text("foreground50")
    page.wait_for_timeout(300)  # the table tells its form a moment later
    page.get_by_role("button", name="Take over the table").click()
    painted(page, 3)
    expect(page.get_by_test_id("stDataFrame").locator("canvas").first).to_contain_text("foreground50")


def test_a_reference_is_drawn_and_scored(server: Server, new_page: OpenPage) -> None:
    page = new_page(height=1300)
    reference = segmentation(page, server, part="reference")
    drag(page, reference, (0.2, 0.1), (0.8, 0.1), (0.8, 0.9), (0.2, 0.9))
    painted(page, 1)
    click(page, page.locator("canvas.from").nth(1), 0.45, 0.5)
    painted(page, 1, nth=1)
    expect(page.get_by_role("cell", name="Boundary IoU").or_(page.get_by_text("Boundary IoU").first)).to_be_visible()
    reference.focus()
    for _corner, keys in enumerate((["ArrowRight"] * 3, ["ArrowDown"] * 3, ["ArrowLeft"] * 3)):
        page.keyboard.press("Enter")
        for key in keys:
            page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+C")
    painted(page, 2)


def test_prompts_leave_and_come_back(server: Server, new_page: OpenPage, tmp_path: Path) -> None:
    page = new_page(height=1200)
    canvas = segmentation(page, server)
    drag(page, canvas, (0.1, 0.02), (0.95, 0.98))
    painted(page, 1)
    click(page, canvas, 0.3, 0.3, "Shift")
    painted(page, 2)
    before = share(page)
    page.get_by_text("Export and re-import").click()
    files = {}
    for name, words in (
        ("prompts.json", "Prompts (JSON)"),
        ("coco.json", "COCO, run lengths"),
        ("cut.png", "Cut-out (PNG)"),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=words).click()
        files[name] = Path(shutil.copy(download.value.path(), tmp_path / name))
    assert Image.open(files["cut.png"]).mode == "RGBA"
    assert json.loads(files["coco.json"].read_text())["annotations"][0]["segmentation"]["size"] == [300, 451]
    for name in ("prompts.json", "coco.json"):
        other = new_page(height=1200)
        opened(
            other,
            f"{server.base}/segmentation?segmentation.models=grabcut&segmentation.photos=cat&segmentation.part=export",
        )
        other.locator("[data-testid=stMain] input[type=file]").last.set_input_files(files[name])
        expect(other.get_by_role("button", name="Prompts (JSON)")).to_be_visible()
        idle(other)
        other.get_by_text("Click", exact=True).first.click()
        other.locator("canvas.from[data-rev]").first.wait_for()
        idle(other)
        assert share(other) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_french_page_with_a_finger(server: Server, new_page: OpenPage, scheme: str) -> None:
    page = new_page(width=390, height=800, has_touch=True, locale="fr-FR", color_scheme=scheme)
    canvas = segmentation(page, server)
    page.touchscreen.tap(*at(canvas, 0.45, 0.5))
    painted(page, 1)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
    area = canvas.bounding_box()
    assert area is not None
    assert area["x"] >= 0
    assert area["x"] + area["width"] <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_those_who_see_little(server: Server, new_page: OpenPage, scheme: str) -> None:
    page = new_page(color_scheme=scheme)
    canvas = segmentation(page, server)
    click(page, canvas, 0.45, 0.5)
    painted(page, 1)
    page.get_by_role("button", name="New object").click()
    painted(page, 2)
    page.mouse.move(5, 5)
    assert grave_findings(page) == []
