"""Can the shell's pages be used by people who see little or use no mouse? axe-core says what it can measure."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.axe import grave, grave_findings, violations
from tests.browser.driver import Server, idle, opened

pytestmark = pytest.mark.browser
GROUND = """() => getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor"""


def ground(page: Page) -> str:
    """The colour behind everything."""
    return str(page.evaluate(GROUND))


@pytest.mark.parametrize("path", ["/", "/?sample=cat&sample=coins", "/about", "/features"])
def test_nothing_serious_in_either_theme(server: Server, new_page: Any, path: str) -> None:
    """The page follows when the system turns dark while it is open: what was drawn for a light ground is drawn anew."""
    page = opened(new_page(), server.base + path)
    assert grave_findings(page) == []
    light = ground(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({GROUND})() !== light", arg=light)
    idle(page)
    assert grave_findings(page) == []


@pytest.mark.parametrize(
    "path",
    [
        "/similarity?sample=motorcycle&sample=motorcycle-right",
        "/adversarial?sample=cat",
        "/robustness?sample=cat",
        "/ideal_cat",
        "/segmentation_kinds",
        "/segmentation_metrics",
    ],
)
def test_nothing_serious_on_a_page_in_use(server: Server, new_page: Any, path: str) -> None:
    page = opened(new_page(), server.base + path)
    idle(page)
    assert grave_findings(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_section_under_the_pointer_is_readable(server: Server, new_page: Any, theme: str) -> None:
    page = opened(new_page(color_scheme=theme), server.base + "/detection_metrics")
    page.get_by_role("radio", name="Two boxes").hover()
    page.wait_for_timeout(400)  # the colour fades in
    assert grave_findings(page) == []


def test_nothing_serious_on_a_narrow_screen(server: Server, new_page: Any) -> None:
    page = opened(new_page(width=390), f"{server.base}/about")
    for fold in page.get_by_test_id("stExpander").all():
        fold.click()
    idle(page)
    assert grave_findings(page) == []


def test_nothing_serious_in_the_open_intake(server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{server.base}/?sample=cat")
    page.get_by_test_id("stSidebar").get_by_role("button", name="Add pictures").click()
    page.get_by_role("button", name="A rocket on its launch pad").wait_for()
    idle(page)
    assert grave_findings(page) == []


def test_axe_sees_a_fault(server: Server, new_page: Any) -> None:
    page = opened(new_page(), server.base)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button></button>')")
    assert [each for each in grave(violations(page)) if each.startswith("button-name")]


def test_remove_is_reached_by_keyboard(server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{server.base}/?sample=cat")
    page.get_by_role("button", name="Remove cat").focus()
    page.keyboard.press("Enter")
    page.get_by_text("(0 of 12)").wait_for()
