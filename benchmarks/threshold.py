"""How long after a moved threshold are the boxes there, beside a bare Streamlit rerun? Measured inside Chromium.

What the Detection page refreshes, with 300 boxes of each of two detectors, beside a page that is nothing but the same
slider and its value. A move counts when both pictures hold as many boxes as the new value leaves; the words beneath
follow from the server, and are waited for before the other page has its turn.
"""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.measurement import Measurement
from benchmarks.ratio import within
from tests.browser.driver import FLAGS, chromium, idle, running_app

MOVES = 17
# Runs in the page: milliseconds from a key's press until everything watched has changed.
WATCH = """([wanted, attribute]) => {
  const watched = [...document.querySelectorAll(wanted)];
  window.times = [];
  let pressed = 0, changed = new Set();
  window.addEventListener('keydown', () => { pressed = performance.now(); changed = new Set(); }, true);
  const saw = (each) => {
    changed.add(each);
    if (!pressed || changed.size < watched.length) return;
    const since = pressed;
    pressed = 0;
    requestAnimationFrame(() => window.times.push(performance.now() - since));
  };
  const text = { subtree: true, childList: true, characterData: true };
  const what = attribute ? { attributeFilter: [attribute] } : text;
  for (const each of watched) new MutationObserver(() => saw(each)).observe(each, what);
  return watched.length;
}"""
PICTURES = "canvas[data-boxes]"
WORDS = """(said) => [...document.querySelectorAll('[data-testid="stMarkdown"]')]
  .filter((each) => each.innerText.includes(said)).length === 2"""
COUNTS = "(wanted) => [...document.querySelectorAll(wanted)].map((each) => each.dataset.boxes)"


def main() -> list[Measurement]:
    path = chromium(shell=False)  # what visitors have
    with running_app("tests/browser/apps/boxes_app.py") as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        ours, bare = (browser.new_page(viewport={"width": 1280, "height": 900}) for _side in range(2))
        _watched(ours, f"{app.base}/?detection.score=0.05&detection.iou=1.0", PICTURES, "data-boxes", 2)
        _watched(bare, f"{app.base}/?mode=bare", '[data-testid="stCode"]', "", 1)
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        counts: list[tuple[str, ...]] = []
        for number in range(MOVES):  # in turn, so that a busy moment hits both
            key = "ArrowLeft" if number % 2 else "ArrowRight"
            times["bare"].append(_moved(bare, key))
            times["ours"].append(_moved(ours, key))
            counts.append(tuple(ours.evaluate(COUNTS, PICTURES)))
            ours.wait_for_function(WORDS, arg=f"Boxes: {counts[-1][0]} (")  # the bare page has the server to itself
            idle(ours)
            told = bare.locator('[data-testid="stCode"]').inner_text()
            if told.strip() != f"score={0.05 if number % 2 else 0.06:.2f}":
                raise ValueError(f"expected the bare page to show the moved value, got {told}")
        browser.close()
    if set(counts[::2]) != {("296", "296")} or set(counts[1::2]) != {("300", "300")}:
        raise ValueError(f"expected 296 and 300 boxes in turn, got {counts}")
    middle = {name: median(each[2:]) for name, each in times.items()}
    unit = "ms from key to 2 x 300 boxes"
    return [
        within("threshold.boxes300", middle["ours"], middle["bare"], target=1.3, unit=unit, peer_name="a bare rerun")
    ]


def _watched(page: Page, address: str, wanted: str, attribute: str, expected: int) -> None:
    page.goto(address)
    page.locator(wanted).nth(expected - 1).wait_for()
    idle(page)
    found = page.evaluate(WATCH, [wanted, attribute])
    if found != expected:
        raise ValueError(f"expected {expected} things to watch, got {found}")


def _moved(page: Page, key: str) -> float:
    page.bring_to_front()
    before = page.evaluate("() => window.times.length")
    page.get_by_role("slider", name="Least score").press(key)
    page.wait_for_function("(before) => window.times.length > before", arg=before, polling=50)
    idle(page)
    return float(page.evaluate("(before) => window.times[before]", before))
