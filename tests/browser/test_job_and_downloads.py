"""Does Stop answer at once, does closing the tab end the work, and do downloads hold what they promise?"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, idle, opened, running_app
from tests.patience import wait_until

pytestmark = pytest.mark.browser

STOP_S = 3.0  # a second on a machine with nothing else to do; or three times what Start took on this one just now
LEFT_S = 8.0
STEPS = 20_000  # of a job that nobody stops: it goes on for minutes


@pytest.fixture(scope="module")
def job_server(chromium_path: str) -> Iterator[Server]:
    with running_app("tests/browser/apps/job_app.py") as app:
        yield app


def started(page: Page, server: Server, name: str) -> float:
    """Seconds from the click on Start to the first picture of the job."""
    opened(page, f"{server.base}/?name={name}")
    begun = time.monotonic()
    page.get_by_role("button", name="Start").click()
    page.get_by_text(re.compile(r"Step [\d,]+ of 20")).wait_for()
    page.get_by_role("img", name="grey").wait_for()
    return time.monotonic() - begun


def test_stop_answers_soon_and_keeps_the_best(job_server: Server, new_page: Any) -> None:
    page = new_page()
    start_s = started(page, job_server, "stopped")
    begun = time.monotonic()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("best so far").wait_for()
    assert time.monotonic() - begun < max(STOP_S, 3 * start_s)
    page.get_by_text(re.compile(r"kept \d+")).wait_for()
    idle(page)
    expect(page.get_by_role("button", name="Start")).to_be_enabled()
    assert re.search(r"job stopped ended after \d{1,4}\n", job_server.printed())


def test_closing_the_tab_ends_the_work(job_server: Server, new_page: Any) -> None:
    page = new_page()
    start_s = started(page, job_server, "left")
    assert "job left ended" not in job_server.printed()
    begun = time.monotonic()
    page.close()
    wait_until(lambda: "job left ended" in job_server.printed(), pause_s=0.05)
    assert time.monotonic() - begun < max(LEFT_S, 3 * start_s)
    ended = re.search(r"job left ended after (\d+)\n", job_server.printed())
    assert ended
    assert int(ended[1]) < STEPS


def test_downloads_are_made_on_demand(job_server: Server, new_page: Any) -> None:
    page = opened(new_page(), f"{job_server.base}/")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON").click()
    assert waiting.value.suggested_filename == "embedding.json"
    read = json.loads(Path(waiting.value.path()).read_text("utf-8"))
    assert read["results"][0]["vector"] == [0.25]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    assert waiting.value.suggested_filename == "job-table.csv"
    assert Path(waiting.value.path()).read_bytes().decode("utf-8-sig").splitlines() == ["label,score", "'=1+1,0.5"]
    with page.expect_download() as waiting:  # streamed: made while it is fetched
        page.get_by_role("button", name="Large table").click()
    assert waiting.value.suggested_filename == "large.csv"
    lines = Path(waiting.value.path()).read_bytes().decode("utf-8-sig").splitlines()
    assert (len(lines), lines[0], lines[-1][:6]) == (20_001, "n,word", "19999,")
