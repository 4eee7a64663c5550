"""In a real browser: one click makes a cat a dog, and the saved picture, uploaded again, gives the same answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, add_picture, idle, opened

pytestmark = pytest.mark.browser


def saved(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).first.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_the_attacked_picture_gives_the_same_answers_on_the_features_page(
    server: Server, new_page: OpenPage, tmp_path: Path
) -> None:
    page = opened(new_page(), f"{server.base}/adversarial")
    page.locator(".st-key-adversarial-trial-start button").click()
    expect(page.get_by_text("Budget kept: 8/255")).to_be_visible()
    idle(page)
    picture = saved(page, "Attacked picture (PNG)", tmp_path)
    record = json.loads(saved(page, "Results with provenance (JSON)", tmp_path).read_text())

    model = record["provenance"]["model"]
    other = opened(new_page(), f"{server.base}/features?features.models={model}")
    add_picture(other, "features", picture)
    idle(other)
    answers = json.loads(saved(other, "Results with provenance (JSON)", tmp_path).read_text())["results"]
    found = next(each["classification"] for each in answers if each["provenance"]["model"] == model)
    assert best(record["labels"], record["before"])[0][0] != best(record["labels"], record["after"])[0][0]
    assert best(found["labels"], found["probabilities"]) == best(record["labels"], record["after"])


def test_six_quick_clicks_on_start_are_one_run(server: Server, new_page: OpenPage) -> None:
    page = opened(new_page(), f"{server.base}/adversarial?sample=coffee&adversarial.attack=carlini-wagner")
    start = page.locator(".st-key-adversarial-trial-start button")
    expect(start).to_be_enabled()
    start.evaluate("button => { for (let i = 0; i < 6; i++) button.click() }")
    page.get_by_text("State: running").wait_for()
    page.locator(".st-key-adversarial-trial-stop button").click()
    page.get_by_text("State: stopped").wait_for()
    idle(page)
    expect(start).to_be_enabled()
    expect(page.get_by_text("State: running")).to_have_count(0)


def best(labels: list[str], shares: list[float]) -> list[tuple[str, float]]:
    """The five best classes with five decimals."""
    order = sorted(range(len(labels)), key=lambda i: -shares[i])[:5]
    return [(labels[i], round(shares[i], 5)) for i in order]
