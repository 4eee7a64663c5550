"""Takes README's pictures of the pages anew from a fresh app: `python -m tools.screenshots [PAGE ...]`.

Only samples whose authors gave them away, and drawn ones, are in view, but for the small tiles that Home and the bars
show: no photo that a model was trained on. A picture is written with few colours, and smaller if it must be, so that
none takes more than `MOST_BYTES`.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path
from typing import Literal, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, TimeoutError, sync_playwright

from tests.browser.driver import FLAGS, ROOT, chromium, idle, running_app
from tests.patience import PATIENCE_MS

FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 150_000
COLOURS = (256, 128, 64)
SMALLER = (1.0, 0.84, 0.75)
SETTLED_MS = 2500


class View(NamedTuple):
    """How a page is looked at; size in CSS pixels."""

    language: str = "en"
    scheme: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 800


VIEWS = {"features": (View(), View("fr", "dark"), View(width=390, height=1500))}  # every other page: the first
NOBODY_WORKS = """() => !/ is working |in the queue|State: (running|waiting)/.test(document.body.innerText)"""
# page -> the query of its address, and how long its own work may take
PAGES: dict[str, tuple[str, int]] = {
    "home": ("sample=cat", 0),
    "features": ("sample=cat", 0),
    "similarity": ("sample=cat&sample=coffee", 0),
    "by_hand": ("", 0),
    "teach": ("teach.start=shapes", 60_000),
    "mnist": ("", 0),
    "detection": ("sample=cat&sample=astronaut", 0),
    "detection_metrics": ("detection_metrics.section=curves", 0),
    "segmentation": ("sample=cat", 0),
    "segmentation_metrics": ("segmentation_metrics.section=pair", 0),
    "segmentation_kinds": ("", 0),
    "classification_metrics": ("classification_metrics.source=synthetic", 0),
    "reading": ("", 5_000),
    "ideal_cat": ("", 20_000),
    "adversarial": ("sample=cat", 12_000),
    "tracking": ("", 0),
    "robustness": ("", 12_000),
    "input_lint": ("sample=cat", 12_000),
    "cost": ("sample=cat", 12_000),
    "production": ("", 12_000),
    "about": ("", 0),
}


def main() -> int:
    """0 when all were written; 2 for a page that is not in the table."""
    wanted = sys.argv[1:] or list(PAGES)
    if unknown := set(wanted) - set(PAGES):
        print(f"there is no picture of {', '.join(sorted(unknown))}; there are {', '.join(PAGES)}", file=sys.stderr)
        return 2
    path = chromium()
    with running_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        for page in wanted:
            query, work_ms = PAGES[page]
            place = "" if page == "home" else page
            for view in VIEWS.get(page, (View(),)):
                url = f"{app.base}/{place}?{query}&lang={view.language}"
                data = small(taken(browser, url, view, work_ms))
                file = Path(FOLDER, f"{page}-{view.language}-{view.scheme}-{view.width}.png")
                file.write_bytes(data)
                print(f"{file.name}: {len(data) // 1000} KB", flush=True)
        browser.close()
    return 0


def taken(browser: Browser, url: str, view: View, work_ms: int) -> Image.Image:
    """The first screen after its work; where objects are clicked, after a click."""
    page = browser.new_page(
        viewport={"width": view.width, "height": view.height},
        locale="en-US",
        color_scheme=view.scheme,
    )
    page.goto(url)
    page.locator("h1").first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_timeout(work_ms)
    with contextlib.suppress(TimeoutError):  # a part that refreshes itself may never rest
        idle(page)
    if "/segmentation?" in url:
        page.locator("canvas").first.click()
        page.wait_for_timeout(SETTLED_MS)
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(NOBODY_WORKS, timeout=PATIENCE_MS)
    page.wait_for_timeout(SETTLED_MS)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    return picture


def small(picture: Image.Image) -> bytes:
    """A PNG of at most `MOST_BYTES`: first of fewer colours, then of fewer pixels; the smallest there is otherwise."""
    data = b""
    for share in SMALLER:
        sized = picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS)
        for colours in COLOURS:
            buffer = io.BytesIO()
            sized.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
            if len(data := buffer.getvalue()) <= MOST_BYTES:
                return data
    return data


if __name__ == "__main__":
    sys.exit(main())
