"""Can a lecture be held: begun, walked through with a remote, voted in by a phone, and followed in a second window?"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, idle, opened

pytestmark = pytest.mark.browser


def begun(server: Server, new_page: Any, key: str) -> Page:
    page = opened(new_page(width=1280, height=720), f"{server.base}/lecture?lang=en")
    page.locator(f".st-key-lecture-card-{key}").get_by_role("button", name="Begin").click()
    expect(page.get_by_text("step 1 of")).to_be_visible()
    idle(page)
    return page


def test_a_lecture_with_a_remote_a_phone_and_notes(server: Server, new_page: Any) -> None:
    page = begun(server, new_page, "iou_to_map")
    assert "lecture=iou_to_map" in page.url
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()

    page.keyboard.press("PageDown")
    expect(page.get_by_text("step 2 of 10")).to_be_visible()
    expect(page.get_by_text("How large is their IoU?")).to_be_visible()
    expect(page.locator("h1", has_text="Detection metrics")).to_have_count(0)  # nothing is shown before the vote

    notes = page.get_by_role("link", name="Notes").get_attribute("href") or ""
    code = re.search(r"/speaker/([A-Z0-9]+)\?", notes)
    assert code
    phone = new_page(width=390)
    phone.goto(f"{server.base}/vote/{code[1]}")
    phone.get_by_role("button", name="1/3").click()
    expect(phone.get_by_text("Counted.")).to_be_visible()
    expect(page.get_by_text("1 phone has voted")).to_be_visible()

    window = new_page()
    window.goto(server.base + notes)
    expect(window.get_by_text("one third, not one half")).to_be_visible()

    page.get_by_role("button", name="Show the result").click()
    expect(page.get_by_text("What the class expected")).to_be_visible()
    expect(page.locator("h1", has_text="Detection metrics")).to_have_count(1)  # hidden in a lecture, but there
    phone.reload()
    expect(phone.get_by_role("button", name="1/3")).to_have_count(1)
    idle(page)

    page.keyboard.press("PageUp")
    expect(page.get_by_text("step 1 of 10")).to_be_visible()
    page.get_by_role("button", name="End").click()
    expect(page.locator("h1", has_text="Lecture")).to_be_visible()
    phone.goto(f"{server.base}/vote/{code[1]}")
    expect(phone.get_by_text("No lecture goes on")).to_be_visible()


def test_b_blanks_the_screen(server: Server, new_page: Any) -> None:
    page = begun(server, new_page, "fooling")
    idle(page)
    page.keyboard.press("b")
    expect(page.get_by_test_id("stMain")).to_be_hidden()
    page.keyboard.press("b")
    expect(page.get_by_test_id("stMain")).to_be_visible()
