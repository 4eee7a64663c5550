"""Is a page at rest only when everything on it has been drawn?"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.driver import AT_REST, DRAWN, Server, idle

pytestmark = pytest.mark.browser


SCRIPTS = "**/Html.*.js"  # the part of Streamlit that puts scripts on the page, the keys' among them
# A browser that calls itself idle whenever it is asked, asked the moment the last part stands on the page: is the page
# at rest, and do the keys listen?
HASTY = f"""() => new Promise((done) => {{
    window.requestIdleCallback = (asked) => queueMicrotask(() => asked({{didTimeout: false}}))
    new MutationObserver(async (_, observer) => {{
        if (document.querySelector('[data-testid="stSkeleton"]')) return
        observer.disconnect()
        done([await ({DRAWN})(), Boolean(window.vizcoreKeys)])
    }}).observe(document, {{childList: true, subtree: true}})
}})"""

# A page at rest but for one outdated part, which is drawn anew after the third look.
OUTDATED = """<div data-testid="stApp" data-test-script-state="notRunning" data-test-connection-state="CONNECTED">
<p data-stale="true">Drawn before.</p></div><script>
    let looks = 0
    window.requestIdleCallback = (asked) => {
        looks += 1
        if (looks === 3) setTimeout(() => document.querySelector('p').removeAttribute('data-stale'))
        setTimeout(() => asked({didTimeout: false}))
    }
</script>"""


def without_scripts(server: Server, page: Page) -> list[Route]:
    """Opens a page of the app whose scripts are on their way, and no further; what it waits for."""
    held = list[Route]()
    page.route(SCRIPTS, lambda route: held.append(route))
    with page.expect_request(SCRIPTS):
        page.goto(f"{server.base}/about?lang=en")
    page.locator("h1").first.wait_for()
    page.wait_for_selector(AT_REST)
    return held


def test_a_page_that_is_not_at_rest_yet_is_asked_again(new_page: Any) -> None:
    page = new_page()
    page.set_content(OUTDATED)
    idle(page)
    assert page.locator("[data-stale]").count() == 0
    assert page.evaluate("looks") > 3


def test_a_page_is_not_at_rest_while_code_of_its_elements_is_on_its_way(server: Server, new_page: Any) -> None:
    page = new_page()
    held = without_scripts(server, page)
    assert not page.evaluate(f"({DRAWN})()")
    assert not page.evaluate("Boolean(window.vizcoreKeys)")

    for each in held:
        each.continue_()
    idle(page)
    assert page.evaluate("Boolean(window.vizcoreKeys)")


def test_nor_is_it_before_what_react_leaves_for_after_the_drawing(server: Server, new_page: Any) -> None:
    page = new_page()
    held = without_scripts(server, page)
    page.evaluate(f"() => {{ window.hasty = ({HASTY})() }}")

    for each in held:
        each.continue_()
    at_rest, listens = page.evaluate("window.hasty")
    assert at_rest
    assert listens
