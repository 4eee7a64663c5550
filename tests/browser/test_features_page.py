"""The main job in a real browser: two photos, two models, in French on a phone too, and a record to take away."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, add_picture, idle, opened

pytestmark = pytest.mark.browser


def test_two_samples_by_link_and_the_record(server: Server, new_page: OpenPage, tmp_path: Path) -> None:
    page = opened(new_page(), f"{server.base}/features?sample=cat&sample=coffee")
    expect(page.get_by_text("Cosine similarity").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Results with provenance (JSON)").click()
    file = tmp_path / "record.json"
    download.value.save_as(file)
    record = json.loads(file.read_text())["results"]
    assert {(each["provenance"]["model"], len(each["classification"]["labels"])) for each in record} == {
        ("efficientnet-lite0", 1000),
        ("cnn-mini", 104),
        ("vit-mini", 104),
    }
    assert len(record) == 6


def test_an_upload_is_answered_beside_a_broken_file(server: Server, new_page: OpenPage, tmp_path: Path) -> None:
    good, bad = tmp_path / "mine.png", tmp_path / "broken.jpg"
    Image.fromarray(np.full((120, 200, 3), (200, 90, 30), np.uint8)).save(good)
    bad.write_bytes(b"\xff\xd8\xff\xe0 this is no picture")
    page = opened(new_page(), f"{server.base}/features")
    add_picture(page, "features", good, bad)
    expect(page.get_by_test_id("stAlert").filter(has_text="broken")).to_be_visible()
    expect(page.get_by_role("heading", name="The models in one table")).to_be_visible()


def test_french_on_a_phone_has_no_sideways_scroll(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(width=390, locale="fr-FR", color_scheme="dark"), f"{server.base}/features?sample=cat")
    expect(page.get_by_role("heading", name="Caractéristiques", exact=True)).to_be_visible()
    expect(page.get_by_text("Attention rollout, 10 x 10 jetons")).to_be_visible()
    idle(page)
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")


def test_a_clicked_patch_shows_where_it_looks(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/features?sample=cat&features.section=attention")
    canvas = page.get_by_role("application", name="Where the patches of cat look in ViT mini")
    expect(canvas).to_be_visible()
    expect(page.get_by_text("what [CLS] looks at")).to_be_visible()
    box = canvas.bounding_box()
    assert box
    canvas.click(position={"x": 0.55 * box["width"], "y": 0.55 * box["height"]})  # just beyond the middle
    expect(canvas).to_have_attribute("data-patch", "55")
    expect(page.get_by_text("what patch 55 looks at")).to_be_visible()
    canvas.press("ArrowLeft")
    expect(page.get_by_text("what patch 54 looks at")).to_be_visible()
    page.locator("label.map select").select_option(label="head 2")
    expect(canvas).to_have_attribute("data-patch", "54")
    page.wait_for_url("**features.patch.vit-mini=54*")
    again = opened(new_page(), page.url)
    expect(again.locator('canvas.from[data-patch="54"]')).to_have_count(1)  # the link draws the row as the click did
    canvas.press("Escape")
    expect(page.get_by_text("what [CLS] looks at")).to_be_visible()
    expect(canvas).to_have_attribute("data-patch", "")
    page.wait_for_url(lambda url: "features.patch" not in url)


def test_pictures_side_by_side_are_enlarged_together(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(width=390, has_touch=True), f"{server.base}/features?sample=cat")
    frames = page.get_by_role("application", name="Evidence map over the photo cat")
    expect(frames).to_have_count(3)

    def seen() -> set[str]:
        return {each.evaluate("frame => frame.querySelector('img').style.transform") for each in frames.all()}

    frames.first.get_by_role("button", name="Enlarge").tap()
    expect(frames.last).to_have_attribute("data-zoom", "1.50")
    assert seen() == {"translate(-25%, -25%) scale(1.5)"}
    frames.last.press("ArrowRight")
    assert seen() == {"translate(-40%, -25%) scale(1.5)"}
    frames.first.hover(position={"x": 100, "y": 60})
    box = frames.first.bounding_box()
    assert box
    page.mouse.down()
    page.mouse.move(box["x"] + 100 + box["width"], box["y"] + 60, steps=3)  # further than there is picture
    page.mouse.up()
    [moved] = seen()
    assert moved.startswith("translate(0%, -2")
    frames.nth(1).press("0")
    assert seen() == {""}


def test_a_clicked_tile_is_enlarged(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/features?sample=cat&features.section=maps&features.models=cnn-mini")
    tiles = page.get_by_role("application", name="Channels of CNN mini, stage layer4, on cat")
    enlarged = page.get_by_role("img", name="The chosen channel enlarged over cat").first
    expect(enlarged).to_be_visible()
    before = enlarged.evaluate("canvas => canvas.toDataURL()")
    tiles.click(position={"x": 20, "y": 90})
    expect(tiles).to_have_attribute("data-patch", "6")
    assert enlarged.evaluate("canvas => canvas.toDataURL()") != before
