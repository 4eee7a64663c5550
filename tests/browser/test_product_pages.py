"""What only a browser shows of Input lint, Cost and In production: no sideways scroll (test_first_screen: the fold)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.driver import Server, opened

pytestmark = pytest.mark.browser

FIGURES = '[data-testid="stMain"] :is(img, .js-plotly-plot)'


@pytest.mark.parametrize("page_name", ["input_lint", "cost", "production"])
def test_french_on_a_phone_has_no_sideways_scroll(server: Server, new_page: OpenPage, page_name: str) -> None:
    page = opened(new_page(width=390, locale="fr-FR", color_scheme="dark"), f"{server.base}/{page_name}")
    expect(page.locator(FIGURES).first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
