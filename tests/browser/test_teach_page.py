"""What only a browser shows of the page "Teach it your classes": uploads, a relabelled photo, the camera in bursts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import FLAGS, Server, idle, opened, running_app
from tests.tiny_models import noise_photo

pytestmark = pytest.mark.browser
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="module")
def server(chromium_path: str) -> Iterator[Server]:
    with running_app() as app:
        yield app


@pytest.fixture(scope="module")
def filming(browser: Browser, chromium_path: str) -> Iterator[Browser]:
    """A second Chromium, of the Playwright that runs already, with a camera that shows a moving test picture."""
    chromium = browser.browser_type.launch(executable_path=chromium_path, args=[*FLAGS, *CAMERA])
    yield chromium
    chromium.close()


@pytest.fixture
def page(filming: Browser) -> Iterator[Page]:
    context = filming.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders of eight photos, one of them in the wrong one."""
    path = tmp_path_factory.mktemp("teach") / "pets.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(16):
            bright = number % 2
            rgb = noise_photo(60, 60, seed=number).rgb // 3 + np.uint8(150 * bright)
            stream = io.BytesIO()
            Image.fromarray(rgb.astype(np.uint8)).save(stream, "PNG")
            label = ("dark", "bright")[bright if number else 1]
            packed.writestr(f"pets/{label}/{number}.png", stream.getvalue())
    return path


def test_from_a_zip_to_a_model_that_features_shows(server: Server, page: Page, archive: Path, tmp_path: Path) -> None:
    """Fill two bins, train, read the matrix, relabel, export, re-import, use it on Features."""
    opened(page, f"{server.base}/teach?teach.start=own&teach.models=cnn-mini&teach.share=0.5&lang=en")
    page.locator("input[type=file]").first.set_input_files(archive)
    expect(page.get_by_text("My classes: 16 photos in 2 classes")).to_be_visible()
    idle(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"of 8 right, so between"))).to_be_visible()
    before = page.get_by_text(re.compile(r"\d+ learn · \d+ choose · 8 judge")).inner_text()
    page.get_by_role("button", name="Edit").last.click()  # of a photo that was answered wrongly
    page.get_by_role("button", name=re.compile("^.*It is ")).first.click()
    idle(page)
    assert page.get_by_text(re.compile(r"\d+ learn · \d+ choose · 8 judge")).inner_text() == before
    page.get_by_role("radio", name="Use it").click()
    expect(page.get_by_role("button", name="Make it a model of this visit")).to_be_visible()
    idle(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Model (safetensors)").click()
    file = tmp_path / "taught.safetensors"
    taken.value.save_as(file)
    page.locator("input[type=file][accept*=safetensors]").first.set_input_files(file)
    expect(page.get_by_text(re.compile("Scored again on its 8 test photos"))).to_be_visible()
    expect(page.get_by_text("Models of this visit.", exact=False).first).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("link", name="Features").click()
    expect(page.locator("h1")).to_have_text("Features")
    idle(page)
    page.locator(".st-key-bar-features-models button").first.click()
    page.get_by_test_id("stPopoverBody").locator("[data-testid=stMultiSelect] input").first.fill("bright")
    expect(page.get_by_text(re.compile(r"dark, bright \(CNN mini\)|bright, dark \(CNN mini\)")).first).to_be_visible()


def test_a_burst_of_the_camera_becomes_photos_of_a_class(server: Server, page: Page) -> None:
    opened(page, f"{server.base}/teach?teach.start=own&teach.models=cnn-mini&lang=en")
    page.get_by_label("New class").fill("mug")
    page.get_by_role("button", name="Add class").click()
    page.get_by_role("button", name="Add photos").first.click()
    page.get_by_role("button", name="Open the camera").click()
    hold = page.get_by_role("button", name="Hold to record")
    expect(hold).to_be_visible()
    page.wait_for_function(
        """() => { const all = (root) => [...root.querySelectorAll('*')].flatMap(
            (each) => [each, ...(each.shadowRoot ? all(each.shadowRoot) : [])]);
            return all(document).some((each) => each.tagName === 'VIDEO' && each.videoWidth > 0); }"""
    )
    hold.hover()
    page.mouse.down()
    expect(page.locator(".live", has_text=re.compile(r"([2-9]|\d\d) of 30"))).to_be_visible()  # frames so far
    page.mouse.up()
    expect(page.get_by_text(re.compile(r"My classes: ([2-9]|\d\d) photos in 1 class"))).to_be_visible()
