"""Is a page at rest only when everything on it has been drawn?"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route

from tests.browser.driver import AT_REST, DRAWN, Server, idle

pytestmark = pytest.mark.browser


def test_a_page_is_not_at_rest_while_code_of_its_elements_is_on_its_way(server: Server, new_page: Any) -> None:
    page, held = new_page(), list[Route]()
    scripts = "**/Html.*.js"  # the part of Streamlit that puts scripts on the page, the keys' among them
    page.route(scripts, lambda route: held.append(route))
    with page.expect_request(scripts):
        page.goto(f"{server.base}/about?lang=en")
    page.locator("h1").first.wait_for()
    page.wait_for_selector(AT_REST)
    assert not page.evaluate(f"({DRAWN})()")
    assert not page.evaluate("Boolean(window.vizcoreKeys)")

    for each in held:
        each.continue_()
    idle(page)
    assert page.evaluate("Boolean(window.vizcoreKeys)")
