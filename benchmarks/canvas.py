"""How long after a click is the new picture there, beside a bare rerun and a bare component? Inside Chromium."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measurement import Measurement
from benchmarks.ratio import within
from tests.browser.driver import FLAGS, Server, chromium, idle, running_app

CLICKS = 25
# Runs in the page: milliseconds from the end of a press to the change that shows the answer.
WATCH = """([wanted, attribute]) => {
  const find = (root) => {
    for (const each of root.querySelectorAll('*')) {
      if (each.matches(wanted)) return each;
      const inside = each.shadowRoot && find(each.shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  const element = find(document);
  window.times = [];
  window.addEventListener('pointerup', () => { window.pressed = performance.now(); }, true);
  const changed = () => {
    const pressed = window.pressed;
    window.pressed = 0;
    if (pressed) requestAnimationFrame(() => window.times.push(performance.now() - pressed));
  };
  const text = { subtree: true, childList: true, characterData: true };
  new MutationObserver(changed).observe(element, attribute ? { attributeFilter: [attribute] } : text);
}"""


def main() -> list[Measurement]:
    path = chromium(shell=False)  # what visitors have
    with running_app("tests/browser/apps/canvas_app.py") as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        bare = _page(browser, app, "bare", '[data-testid="stCode"]', "", _press_again)
        component = _page(browser, app, "component", "canvas.from", "data-rev", _press_picture)
        server = _page(browser, app, "mask", "canvas.from", "data-rev", _press_picture)
        alone = _page(browser, app, "silent", "canvas.from", "data-patch", _press_picture)
        pages = {"bare": bare, "component": component, "mask": server, "silent": alone}
        times: dict[str, list[float]] = {name: [] for name in pages}
        for number in range(CLICKS):  # in turn, so that a busy moment hits all
            for name, (page, press) in pages.items():
                page.bring_to_front()
                times[name].append(_answered(page, press, number))
        browser.close()
    middle = {name: median(values[2:]) for name, values in times.items()}
    peer, unit = "a bare Streamlit rerun", "ms from click to picture"
    return [
        within("canvas.component", middle["component"], middle["bare"], target=1.3, unit=unit, peer_name=peer),
        within("canvas.server", middle["mask"], middle["bare"], target=1.3, unit=unit, peer_name=peer),
        within("canvas.browser", middle["silent"], middle["bare"], target=0.3, unit=unit, peer_name=peer),
    ]


Press = Callable[[Page, int], None]


def _page(browser: Browser, app: Server, mode: str, wanted: str, attribute: str, press: Press) -> tuple[Page, Press]:
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto(f"{app.base}/?mode={mode}")
    page.locator("canvas.from[data-rev]" if "canvas" in wanted else wanted).first.wait_for()
    idle(page)
    page.evaluate(WATCH, [wanted, attribute])
    return page, press


def _answered(page: Page, press: Press, number: int) -> float:
    before = page.evaluate("() => window.times.length")
    press(page, number)
    page.wait_for_function("(before) => window.times.length > before", arg=before, polling=50)
    idle(page)
    return float(page.evaluate("(before) => window.times[before]", before))


def _press_again(page: Page, number: int) -> None:
    area = page.get_by_role("button", name="again").bounding_box()
    assert area is not None
    page.mouse.click(area["x"] + 10, area["y"] + 10)


def _press_picture(page: Page, number: int) -> None:
    area = page.locator("canvas.from").bounding_box()
    assert area is not None
    page.mouse.click(area["x"] + area["width"] * (0.25 + 0.02 * (number % 20)), area["y"] + area["height"] * 0.5)
