"""Many visitors at once: does each see their own, does nobody see a raw error, is memory given back?

`make slow` runs it, on loopback only. LOAD_SHARE=0.1 in the environment makes the times a tenth as long, for a trial.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator

import pytest

from tests.browser.driver import Server, running_app
from tests.load.client import Client, all_at_once, visitors
from tests.load.crowd import OtherWork, Times, Visits, bring, check, of_page, percentile_95, rows, spread, warmed

pytestmark = pytest.mark.slow

SHARE = float(os.environ.get("LOAD_SHARE", "1"))
PAGES = ("features", "detection", "segmentation", "similarity", "about", "segmentation_metrics", "tracking", "")
EVERY_PAGE = (
    *("by_hand", "detection_metrics", "segmentation_kinds", "classification_metrics", "ideal_cat", "adversarial"),
    *("robustness", "input_lint", "production", "reading", "cost", "lecture"),
)
LIGHT = "about"  # what the app itself costs: its times say how fairly visitors are served


@pytest.fixture
def server() -> Iterator[Server]:
    with running_app(VIZCORE_AUTOSTART="false", VIZCORE_QUEUE_LIMIT="64") as app:
        yield app


def report(what: str, times: Times, refused: int, others: float) -> None:
    """others: cores that other work on this machine took meanwhile."""
    lines = [f"{what}: {sum(map(len, times.values()))} actions, refused {refused}, other work {others:.1f} cores"]
    for page, action, each in rows(times):
        row = f"p50 {statistics.median(each):6.2f} s  p95/p50 {spread(each):4.1f}  n {len(each)}"
        lines.append(f"  {page:22s} {action:6s} {row}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


@pytest.mark.parametrize(("count", "seconds"), [(12, 180.0), (60, 60.0)])
def test_visitors_at_the_same_time(server: Server, count: int, seconds: float) -> None:
    warmed(server, PAGES)
    work = OtherWork(server)
    seen = Visits(server, count, seconds * SHARE, PAGES)
    report(f"{count} visitors for {seconds * SHARE:.0f} s", seen.seconds, seen.refused, work.cores())
    assert seen.problems == []
    assert sum(map(len, seen.seconds.values())) >= 2 * count
    light, arrival = of_page(seen.seconds, LIGHT), of_page(seen.seconds, "upload")
    if count <= 12:
        assert len(light) < 20 or spread(light) <= 4.0  # 2 on a machine of its own; this one may be shared
    else:  # all came at the same moment: whoever is there waits no longer than the others do to get in (docs/scale.md)
        assert len(light) < 10 or percentile_95(light) <= percentile_95(arrival)
    assert server.process.poll() is None
    assert "Traceback" not in server.printed()


def test_every_page_with_one_s_own_picture(server: Server) -> None:
    with visitors(server.base, 3) as clients:

        def act(client: Client, number: int) -> None:
            bring(client, number)
            for page in EVERY_PAGE[number::3]:
                client.open(page)
                check(client, number)

        assert all_at_once(clients, act) == []


def test_memory_after_everybody_has_left(server: Server) -> None:
    """Five rounds of 30 sessions with a picture each, after a first one that fills caches: at most 10 % stay."""
    warmed(server, PAGES)

    def round_of(sessions: int, first: int) -> None:
        with visitors(server.base, sessions) as clients:

            def act(client: Client, number: int) -> None:
                bring(client, first + number)
                client.open("features")
                check(client, first + number)

            assert all_at_once(clients, act) == []

    seen = []
    for turn in range(6):
        round_of(30, 40 * turn)
        time.sleep(3)
        seen.append(server.resident_mb())
    sys.stdout.write(f"\nresident after each round of 30: {[round(each) for each in seen]} MB\n")
    assert seen[-1] <= 1.10 * seen[0]


def test_eight_visitors_of_a_cold_server(server: Server) -> None:
    """Fault 20: nobody meets a half-imported library."""
    with visitors(server.base, 8) as clients:

        def act(client: Client, number: int) -> None:
            client.open(("detection", "features", "segmentation_metrics", "tracking")[number % 4])
            if client.screen.raw_errors or any("our mistake" in each for each in client.screen.errors):
                raise AssertionError(f"{client.screen.raw_errors} {client.screen.errors}")

        assert all_at_once(clients, act) == []
    assert "Traceback" not in server.printed()
