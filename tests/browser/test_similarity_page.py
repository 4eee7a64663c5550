"""The Similarity page in a real browser: patches without the server, a lasso on a map, a folder, and a record."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened

pytestmark = pytest.mark.browser


def checksum(canvas: Locator) -> int:
    """Changes with any pixel that is painted."""
    script = """canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
        .reduce((sum, value, place) => (sum + value * (place % 251 + 1)) % 1000000007, 0)"""
    return int(canvas.evaluate(script))


def drag_around(page: Page, plot: Locator) -> None:
    """A lasso around the whole plot."""
    area = plot.bounding_box()
    assert area is not None
    left, top, right, bottom = (
        area["x"] + 4,
        area["y"] + 4,
        area["x"] + area["width"] - 4,
        area["y"] + area["height"] - 4,
    )
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(x, y, steps=8)
    page.mouse.up()


def test_a_patch_by_mouse_and_by_keyboard(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/similarity?sample=cat&sample=astronaut&similarity.models=vit-mini")
    source, onto = page.locator("canvas.from[data-rev]").first, page.locator("canvas.onto").first
    source.scroll_into_view_if_needed()
    plain = checksum(onto)
    area = source.bounding_box()
    assert area is not None
    source.click(position={"x": area["width"] / 2, "y": area["height"] / 2})
    page.mouse.move(0, 0)
    clicked = checksum(onto)
    assert clicked != plain
    source.focus()
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    walked = checksum(onto)
    assert walked != clicked
    page.keyboard.press("Escape")
    assert onto.bounding_box()["y"] == pytest.approx(area["y"], abs=2), "the photos stand side by side"  # type: ignore[index]
    with page.expect_download() as download:
        page.get_by_role("button", name="Results with provenance (JSON)").click()
    record = json.loads(Path(download.value.path()).read_text())["results"]
    assert [each["kind"] for each in record] == ["Embeddings", "Embeddings", "PatchMatches"]


def test_a_lasso_on_the_map_shows_the_pictures(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(height=1400), f"{server.base}/similarity?similarity.part=map&similarity.models=cnn-mini")
    plot = page.locator(".nsewdrag").first
    plot.scroll_into_view_if_needed()
    drag_around(page, plot)
    expect(page.get_by_role("heading", name="Chosen pictures")).to_be_visible()
    idle(page)
    fortieth = page.locator(".st-key-similarity-chosen img").nth(39)
    expect(fortieth).to_be_attached()


def test_a_folder_of_classes_on_a_french_phone(server: Server, new_page: OpenPage, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for place in range(2):
            rgb = random.integers(0, 256, (40, 60, 3), dtype=np.uint8)
            Image.fromarray(rgb).save(tmp_path / "mine" / name / f"{place}.png")
    url = f"{server.base}/similarity?similarity.part=quality&similarity.gallery=own&similarity.models=cnn-mini"
    page = opened(new_page(width=390, locale="fr-FR", color_scheme="dark"), url)
    page.locator("input[type=file][webkitdirectory]").set_input_files(tmp_path / "mine")
    expect(page.get_by_text("4 images, 2 classes")).to_be_visible()
    expect(page.get_by_text("mAP@R").first).to_be_visible()
    idle(page)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
