"""Does every page and section open, without a click, on a computed picture above the fold, soon, in both languages?"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from tests.browser.driver import AT_REST, Server, opened, running_app
from tests.patience import PATIENCE_MS, PATIENCE_S

pytestmark = pytest.mark.browser

FOLD_PX = 520
SOON_S = 3.0  # or as long as five pages without a model take, on a machine that is busy
TWO_PHONE_SCREENS_PX = 2 * 844
SETTLED_MS = 700

Walks = dict[str, dict[str, tuple[float, float]]]  # language -> address -> top of the first figure, seconds to it

# page -> the parameter of its sections, and their keys
SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "features": ("features.section", ("glance", "seen", "maps", "evidence", "attention", "words", "cost")),
    "similarity": ("similarity.part", ("two", "many", "map", "quality", "pretraining", "speed")),
    "detection": ("detection.section", ("side", "agreement", "yolo", "detr", "explain", "time")),
    "detection_metrics": (
        "detection_metrics.section",
        ("boxes", "curves", "threshold", "errors", "slices", "compare"),
    ),
    "classification_metrics": (
        "classification_metrics.section",
        ("threshold", "averages", "calibration"),
    ),
    "reading": ("reading.section", ("engines", "rules")),
    "tracking": ("tracking.section", ("toy", "clip", "masks", "files")),
    "segmentation": ("segmentation.part", ("click", "everything", "boxes", "cleanup", "reference", "export")),
    "segmentation_kinds": ("segmentation_kinds.section", ("scene", "scored", "photo")),
    "segmentation_metrics": ("segmentation_metrics.section", ("counts", "pair", "size", "losses")),
    "teach": ("teach.section", ("learn", "network", "unknown", "use")),
    "mnist": ("mnist.section", ("table", "mistakes", "draw", "run")),
    "robustness": ("robustness.section", ("corruptions", "slices", "stability")),
    "input_lint": ("input_lint.section", ("faults", "tiles")),
    "cost": ("cost.section", ("runtimes", "variations", "resolution", "load", "pyramid")),
    "production": ("production.section", ("drift", "outliers", "groups", "spec", "privacy")),
}
WHOLE = ("/?x=", "/ideal_cat?x=", "/adversarial?x=")
PAGES = [*WHOLE, *(f"/{page}?{key}={keys[0]}" for page, (key, keys) in SECTIONS.items())]  # as each page opens
ADDRESSES = [*WHOLE, *(f"/{page}?{key}={each}" for page, (key, keys) in SECTIONS.items() for each in keys)]

# The first picture, chart or canvas of the page itself (components draw theirs in a shadow root), drawn and not only
# placed; thumbnails of the bar and icons do not count.
FIRST_FIGURE = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const figures = 'img, canvas, .js-plotly-plot .main-svg, svg[role="img"]';
  const all = (root) => [...root.querySelectorAll('*')].flatMap((each) => [
    ...(each.matches(figures) ? [each] : []), ...(each.shadowRoot ? all(each.shadowRoot) : [])]);
  const drawn = (each) => each.tagName !== "IMG" || (each.complete && each.naturalWidth > 0);
  const tops = (main ? all(main) : [])
    .filter((each) => !each.closest('[class*="st-key-toolbar"], [data-testid="stPopoverBody"]') && drawn(each))
    .map((each) => each.getBoundingClientRect())
    .filter((box) => box.width >= 120 && box.height >= 80)
    .map((box) => box.top + main.scrollTop);
  return tops.length ? Math.min(...tops) : null;
}"""


@pytest.fixture(scope="module")
def opening_server(chromium_path: str) -> Iterator[Server]:
    """The app as it ships: pages begin their work by themselves."""
    with running_app() as app:
        yield app


def first_figure(page: Page, url: str, above_px: float = FOLD_PX) -> tuple[float, float]:
    """Top of the first figure in pixels, a moment after it was drawn, and the seconds until it was there.

    A figure that is not above `above_px` yet is waited for: a cold server may draw late what comes before it.
    """
    begin = time.monotonic()
    page.goto(url)
    page.wait_for_function(FIRST_FIGURE)
    took_s = time.monotonic() - begin
    with contextlib.suppress(TimeoutError):  # long work may go on
        page.wait_for_selector(AT_REST, timeout=SETTLED_MS)  # what comes in above it has come
    until = time.monotonic() + PATIENCE_S
    while (top := float(page.wait_for_function(FIRST_FIGURE).json_value())) >= above_px and time.monotonic() < until:
        page.wait_for_timeout(250)
    return top, took_s


@pytest.fixture(scope="module")
def walks(opening_server: Server, browser: Browser) -> Walks:
    """One over all pages in each language. The first meets a cold server."""
    found: Walks = {}
    for language in ("en", "fr"):
        with browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US") as context:
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            found[language] = {
                each: first_figure(page, f"{opening_server.base}{each}&lang={language}") for each in PAGES
            }
    return found


@pytest.mark.parametrize("language", ["en", "fr"])
def test_first_figure_is_above_the_fold(walks: Walks, language: str) -> None:
    low = {each: top for each, (top, _) in walks[language].items() if top >= FOLD_PX}
    assert not low, f"first figure below {FOLD_PX} px: {low}"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_first_figure_of_every_section_is_above_the_fold(opening_server: Server, new_page: Any, language: str) -> None:
    page = new_page(width=1280, height=800)
    found = {each: first_figure(page, f"{opening_server.base}{each}&lang={language}")[0] for each in ADDRESSES}
    low = {each: top for each, top in found.items() if top >= FOLD_PX}
    assert not low, f"first figure below {FOLD_PX} px: {low}"


def test_first_figure_is_there_soon(walks: Walks, opening_server: Server, new_page: Any) -> None:
    """On a server that has shown the pages before; the better of two tries, against a page without a model."""
    page = new_page(width=1280, height=800)
    begin = time.monotonic()
    opened(page, f"{opening_server.base}/about")
    soon = max(SOON_S, 5 * (time.monotonic() - begin))
    once_late = [each for each, (_, took_s) in walks["fr"].items() if took_s > soon]
    again = {each: first_figure(page, f"{opening_server.base}{each}")[1] for each in once_late}
    late = {each: took_s for each, took_s in again.items() if took_s > soon}
    assert not late, f"first figure later than {soon:.1f} s: {late}"


def test_first_figure_on_a_phone_is_within_two_screens(opening_server: Server, new_page: Any) -> None:
    page = new_page(width=390, height=844)
    found = {each: first_figure(page, f"{opening_server.base}{each}", TWO_PHONE_SCREENS_PX)[0] for each in PAGES}
    low = {each: top for each, top in found.items() if top >= TWO_PHONE_SCREENS_PX}
    assert not low, f"first figure below {TWO_PHONE_SCREENS_PX} px: {low}"
