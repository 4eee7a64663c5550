"""Does every page and section open, without a click, on a computed picture above the fold, soon, in both languages?

A page is opened once in each language, in English in a wide window and in French on a phone, and looked at in the other
width too: as where a phone is turned, or a window halved.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from tests.browser.driver import AT_REST, Server, opened, running_app
from tests.patience import PATIENCE_MS, PATIENCE_S

pytestmark = pytest.mark.browser

FOLD_PX = 520
TWO_PHONE_SCREENS_PX = 2 * 844
SOON_S = 3.0  # or as long as five pages without a model take, on a machine that is busy
SETTLED_MS = 700

WIDE, PHONE = (1280, 800), (390, 844)
OPENS = {"en": (WIDE, PHONE), "fr": (PHONE, WIDE)}  # language -> the size in which a page is opened, and the other one

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


@dataclass(frozen=True)
class Walk:
    """tops_px: of the first figure, by window and address. took_s: seconds until it was there, by address."""

    tops_px: dict[tuple[int, int], dict[str, float]]
    took_s: dict[str, float]


def first_figure(page: Page, url: str, above_px: float = FOLD_PX) -> tuple[float, float]:
    """Top of the first figure in pixels, a moment after it was drawn, and the seconds until it was there."""
    begin = time.monotonic()
    page.goto(url)
    page.wait_for_function(FIRST_FIGURE)
    took_s = time.monotonic() - begin
    with contextlib.suppress(TimeoutError):  # long work may go on
        page.wait_for_selector(AT_REST, timeout=SETTLED_MS)  # what comes in above it has come
    return top_of_first(page, above_px), took_s


def top_of_first(page: Page, above_px: float) -> float:
    """In pixels. One that is not above `above_px` yet is waited for: a cold server may draw late what comes before."""
    until = time.monotonic() + PATIENCE_S
    while (top := float(page.wait_for_function(FIRST_FIGURE).json_value())) >= above_px and time.monotonic() < until:
        page.wait_for_timeout(250)
    return top


def resized(page: Page, size: tuple[int, int]) -> float:
    """The top in the other window, once the page stands there as it will."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_timeout(SETTLED_MS)
    return top_of_first(page, limit_px(size))


def limit_px(size: tuple[int, int]) -> int:
    return FOLD_PX if size == WIDE else TWO_PHONE_SCREENS_PX


@pytest.fixture(scope="module")
def walks(opening_server: Server, browser: Browser) -> dict[str, Walk]:
    """One over all pages in each language. The first meets a cold server."""
    found: dict[str, Walk] = {}
    for language, sizes in OPENS.items():
        walk = found[language] = Walk({size: {} for size in sizes}, {})
        first, other = sizes
        with browser.new_context(locale="en-US") as context:
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            for each in PAGES:
                page.set_viewport_size({"width": first[0], "height": first[1]})
                address = f"{opening_server.base}{each}&lang={language}"
                walk.tops_px[first][each], walk.took_s[each] = first_figure(page, address, limit_px(first))
                walk.tops_px[other][each] = resized(page, other)
    return found


@pytest.mark.parametrize("size", [WIDE, PHONE])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_first_figure_is_above_the_fold(walks: dict[str, Walk], language: str, size: tuple[int, int]) -> None:
    """In a wide window; on a phone within two screens."""
    low = {each: top for each, top in walks[language].tops_px[size].items() if top >= limit_px(size)}
    assert not low, f"first figure below {limit_px(size)} px: {low}"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_first_figure_of_every_section_is_above_the_fold(opening_server: Server, new_page: Any, language: str) -> None:
    page = new_page(width=1280, height=800)
    found = {each: first_figure(page, f"{opening_server.base}{each}&lang={language}")[0] for each in ADDRESSES}
    low = {each: top for each, top in found.items() if top >= FOLD_PX}
    assert not low, f"first figure below {FOLD_PX} px: {low}"


def test_first_figure_is_there_soon(walks: dict[str, Walk], opening_server: Server, new_page: Any) -> None:
    """On a server that has shown the pages before; the better of two tries, against a page without a model."""
    page = new_page(width=1280, height=800)
    begin = time.monotonic()
    opened(page, f"{opening_server.base}/about")
    soon = max(SOON_S, 5 * (time.monotonic() - begin))
    once_late = [each for each, took_s in walks["fr"].took_s.items() if took_s > soon]
    again = {each: first_figure(page, f"{opening_server.base}{each}")[1] for each in once_late}
    late = {each: took_s for each, took_s in again.items() if took_s > soon}
    assert not late, f"first figure later than {soon:.1f} s: {late}"
