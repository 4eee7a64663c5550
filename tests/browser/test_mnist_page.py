"""In a real browser: the table above the fold, a run begun, stopped and used, and files of digits brought along."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened
from tests.browser.test_first_screen import FIRST_FIGURE, FOLD_PX

pytestmark = pytest.mark.browser


def idx_files(count: int = 200) -> list[FilePayload]:
    """MNIST's four names, made of noise."""
    pictures = np.random.default_rng(0).integers(0, 256, (count, 28, 28)).astype(np.uint8)
    labels = (np.arange(count) % 10).astype(np.uint8)
    heads = {3: pictures, 1: labels}
    content = {
        kind: gzip.compress(bytes([0, 0, 8, kind]) + struct.pack(f">{kind}I", *array.shape) + array.tobytes())
        for kind, array in heads.items()
    }
    names = {"train-images-idx3": 3, "train-labels-idx1": 1, "t10k-images-idx3": 3, "t10k-labels-idx1": 1}
    return [
        {"name": f"{name}-ubyte.gz", "mimeType": "application/gzip", "buffer": content[kind]}
        for name, kind in names.items()
    ]


def test_it_opens_on_the_table(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(height=800), f"{server.base}/mnist")
    page.get_by_text("Asked again at this moment").wait_for()
    page.wait_for_function(f"() => ({FIRST_FIGURE})() !== null")
    assert page.evaluate(FIRST_FIGURE) < FOLD_PX
    expect(page.locator("table")).to_have_count(2)
    for name in ("Mistakes", "Draw a digit"):
        section(page, name)
        page.wait_for_function(f"() => {{ const top = ({FIRST_FIGURE})(); return top !== null && top < {FOLD_PX}; }}")


def test_run_stop_draw_and_own_digits(server: Server, new_page: OpenPage) -> None:
    address = f"{server.base}/mnist?mnist.section=run&mnist.contestant=numpy-cnn&mnist.seconds=300"
    page = opened(new_page(height=1000), address)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("On 1,000 test digits").wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("stopped; the best so far is kept").first.wait_for()
    idle(page)
    section(page, "Draw a digit")
    page.get_by_text("CNN by hand (NumPy) (run here)").wait_for()
    section(page, "Run it here")
    page.get_by_role("button", name="Digits").click()
    page.locator('[data-testid="stPopoverBody"] input[type="file"]').set_input_files(idx_files())
    page.get_by_text("Now: 200 to learn from, 200 for the test.").wait_for()


def section(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).or_(page.get_by_role("button", name=name, exact=True)).first.click()
    idle(page)
