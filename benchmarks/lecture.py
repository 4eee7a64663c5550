"""How long does a step of a lecture take with the remote, beside opening the same step by its link? Inside Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from playwright.sync_api import Browser, Page, expect, sync_playwright

from benchmarks.measurement import Measurement
from benchmarks.ratio import within
from tests.browser.driver import FLAGS, Server, chromium, idle, opened, running_app
from tests.browser.test_first_screen import FIRST_FIGURE
from tests.patience import PATIENCE_MS
from vizcore.ui.lecture.plans import plan_for

# lecture -> the steps that are reached; none of them waits for a vote.
STEPS = {"iou_to_map": (8, 9), "cnn_and_vit": (2, 3)}
SETTLED_MS = 2000
ROUNDS = 2  # after one that warms up the models and the answers


def main() -> list[Measurement]:
    path = chromium(shell=False)  # what visitors have
    ratios, steps_ms, links_ms = [], [], []
    with running_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        for key, numbers in STEPS.items():
            for number in numbers:
                step, link = _both(browser, app, key, number)
                ratios.append(step / link)
                steps_ms.append(1000 * step)
                links_ms.append(1000 * link)
                print(f"{key} {number}: {1000 * step:.0f} ms with the remote, {1000 * link:.0f} ms by its link")
        browser.close()
    said = "ms from the key to the drawn figure, median of the steps"
    return [
        within("lecture.step", median(steps_ms), median(links_ms), target=1.3, unit=said, peer_name="its deep link"),
        Measurement("lecture.slowest_step", max(ratios), "of its own deep link", 1.3, rounds=ROUNDS),
    ]


def _both(browser: Browser, app: Server, key: str, number: int) -> tuple[float, float]:
    """Seconds by the remote and by the link, medians of rounds that take turns."""
    plan = plan_for(key, "en")
    before, there = (f"{app.base}{plan.link(each)}" for each in (number - 1, number))
    words = f"step {number} of {len(plan.steps)}"
    taken: dict[str, list[float]] = {"step": [], "link": []}
    for _round in range(ROUNDS + 1):
        page = opened(browser.new_page(viewport={"width": 1280, "height": 720}), before)
        page.wait_for_function(FIRST_FIGURE, timeout=PATIENCE_MS)
        page.wait_for_timeout(SETTLED_MS)  # a speaker talks for a while; the remote listens once the page is at rest
        taken["step"].append(_until_drawn(page, words, lambda page=page: page.keyboard.press("PageDown")))  # type: ignore[misc]
        page.close()
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        taken["link"].append(_until_drawn(page, words, lambda page=page: page.goto(there)))  # type: ignore[misc]
        page.close()
    return median(taken["step"][1:]), median(taken["link"][1:])


def _until_drawn(page: Page, words: str, act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    expect(page.get_by_text(words)).to_be_visible(timeout=PATIENCE_MS)
    idle(page)
    page.wait_for_function(FIRST_FIGURE, timeout=PATIENCE_MS)
    return time.monotonic() - began
