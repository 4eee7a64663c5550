"""The climb in a real browser: the preview moves, Stop answers, the film comes down, in French on a phone too."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, idle, opened
from tests.patience import wait_until

pytestmark = pytest.mark.browser

STOP_S = 4.0  # a second on a machine with nothing else to do; or three times what Start took on this one just now


def test_start_watch_stop_and_the_film(server: Server, new_page: OpenPage, tmp_path: Path) -> None:
    page = opened(new_page(), f"{server.base}/ideal_cat?ideal_cat.steps=1500&ideal_cat.models=cnn-mini")
    begun = time.monotonic()
    page.get_by_role("button", name="Start", exact=True).click()
    picture = page.get_by_role("img", name="The picture of CNN mini so far")
    picture.wait_for()
    start_s = time.monotonic() - begun
    seen: set[str | None] = set()
    wait_until(lambda: len(seen) >= 3, meanwhile=lambda: seen.add(picture.get_attribute("src")), pause_s=0.1)
    page.get_by_text("variation", exact=True).first.wait_for()
    page.get_by_text(re.compile(r"Step (\d{3}|1,?\d{3}) of")).first.wait_for()  # the film has a frame every 47 steps
    begun = time.monotonic()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("best so far is kept").wait_for()
    assert time.monotonic() - begun < max(STOP_S, 3 * start_s)
    expect(page.get_by_role("heading", name="What the network says about its picture")).to_be_visible()
    idle(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="GIF").click()
    film = tmp_path / "film.gif"
    waiting.value.save_as(film)
    assert film.read_bytes()[:6] == b"GIF89a"


def test_two_side_by_side_in_french_on_a_phone(server: Server, new_page: OpenPage) -> None:
    page = opened(
        new_page(width=390, locale="fr-FR", color_scheme="dark"), f"{server.base}/ideal_cat?ideal_cat.steps=3"
    )
    page.get_by_role("button", name="Démarrer", exact=True).click()
    expect(page.get_by_role("heading", name="Ce que le réseau dit de son image")).to_be_visible()
    idle(page)
    for name in ("CNN mini", "ViT mini"):
        expect(page.get_by_role("img", name=f"L’image de {name} pour l’instant")).to_be_visible()
    wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 1
