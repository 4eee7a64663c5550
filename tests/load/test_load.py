"""Many visitors at once: does each see their own, does nobody see a raw error, is memory given back?

`make slow` runs it, on loopback only. LOAD_SHARE=0.1 in the environment makes the times a tenth as long, for a trial.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from tests.browser.driver import Server, running_app
from tests.load.client import Client, all_at_once, visitors
from tests.load.pictures import close, colour, middle_of, name, png

pytestmark = pytest.mark.slow

SHARE = float(os.environ.get("LOAD_SHARE", "1"))
NAMES = re.compile(r"visitor\d{3}\.png")
PAGES = ("features", "detection", "segmentation", "similarity", "about", "segmentation_metrics", "tracking", "")
EVERY_PAGE = (
    *("by_hand", "detection_metrics", "segmentation_kinds", "classification_metrics", "ideal_cat", "adversarial"),
    *("robustness", "input_lint", "production", "reading", "cost", "lecture"),
)
WITHOUT_A_MODEL = "about"  # what the app itself costs: its times say how fairly visitors are served
Times = dict[tuple[str, str], list[float]]  # (page, which visit of it): seconds of each run
WARM_S = 240.0


@pytest.fixture
def server() -> Iterator[Server]:
    with running_app(VIZCORE_AUTOSTART="false", VIZCORE_QUEUE_LIMIT="64") as app:
        yield app


def bring(client: Client, number: int) -> None:
    """A picture of one's own in the tray, and its thumbnail in one's own colour."""
    client.open("about")
    screen = client.upload(name(number), png(number))
    urls = [each.imgs[0].url for each in screen.of("imgs")]
    status, data = client.get(urls[0])
    if status != 200 or not close(middle_of(data), colour(number)):
        raise AssertionError(f"expected the colour {colour(number)}, got {status} {middle_of(data)}")


def check(client: Client, number: int) -> None:
    """Nobody else's picture, and nothing raw, on the screen. Sentences for a full queue are allowed, and counted."""
    strangers = set(NAMES.findall(client.screen.text.replace("\\", ""))) - {name(number)}
    if strangers:
        raise AssertionError(f"mixed up with {strangers}")
    if client.screen.raw_errors:
        raise AssertionError(f"raw error: {client.screen.raw_errors}")
    if "(1 of 12)" not in client.screen.text:
        raise AssertionError("the own picture is gone")


def spread(times: list[float]) -> float:
    """p95 / p50."""
    ordered = sorted(times)
    return ordered[int(0.95 * (len(ordered) - 1))] / statistics.median(ordered)


def visit_pages(server: Server, count: int, seconds: float, pages: tuple[str, ...]) -> tuple[Times, int]:
    """(times of each page's runs, sentences that refused work) of so many sessions in so many seconds.

    A page's first visit with a picture asks the models, a later one finds their answers: two actions, not one.
    """
    times: Times = defaultdict(list)
    refusals = [0]
    lock = threading.Lock()
    with visitors(server.base, count) as clients:

        def act(client: Client, number: int) -> None:
            begun = time.monotonic()
            bring(client, number)
            seen = {"about"}
            with lock:
                times["upload", "first"].append(time.monotonic() - begun)
            until = time.monotonic() + seconds
            order = cycle(pages[number % len(pages) :] + pages[: number % len(pages)])
            while time.monotonic() < until:
                page = next(order)
                begun = time.monotonic()
                client.open(page)
                taken = time.monotonic() - begun
                check(client, number)
                with lock:
                    times[page or "home", "again" if page in seen else "first"].append(taken)
                    seen.add(page)
                    refusals[0] += sum("try again in" in each for each in client.screen.errors)
                time.sleep(0.5)  # somebody who looks at what came

        problems = all_at_once(clients, act)
    assert problems == []
    return times, refusals[0]


def report(what: str, times: Times, refused: int, others: float) -> None:
    """Each page over all its runs, then each action; others: cores that other work on this machine took meanwhile."""
    lines = [f"{what}: {sum(map(len, times.values()))} actions, refused {refused}, other work {others:.1f} cores"]
    for page in sorted({page for page, _ in times}):
        mine = {action: each for (name, action), each in times.items() if name == page}
        for action, each in {"all": [taken for one in mine.values() for taken in one], **mine}.items():
            row = f"p50 {statistics.median(each):6.2f} s  p95/p50 {spread(each):4.1f}  n {len(each)}"
            lines.append(f"  {page:22s} {action:6s} {row}")
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


def of_page(times: Times, page: str) -> list[float]:
    return [taken for (name, _action), each in times.items() if name == page for taken in each]


class OtherWork:
    """How many cores does everything but this test and its server take? Times of a busy machine are upper bounds."""

    def __init__(self, server: Server) -> None:
        self._server, self._began, self._before = server, time.monotonic(), self._seconds(server)

    def cores(self) -> float:
        return (self._seconds(self._server) - self._before) / (time.monotonic() - self._began)

    @staticmethod
    def _seconds(server: Server) -> float:
        user, nice, system, *_ = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
        return sum(map(int, (user, nice, system))) / os.sysconf("SC_CLK_TCK") - server.cpu_s() - time.process_time()


def warmed(server: Server) -> None:
    """Libraries and models are loaded once, which is not what is measured."""
    with visitors(server.base, 1) as (client,):
        until = time.monotonic() + WARM_S
        for page in (*PAGES, *PAGES):
            if time.monotonic() < until:
                client.open(page)


@pytest.mark.parametrize(("count", "seconds"), [(12, 180.0), (60, 60.0)])
def test_visitors_at_the_same_time(server: Server, count: int, seconds: float) -> None:
    warmed(server)
    work = OtherWork(server)
    times, refused = visit_pages(server, count, seconds * SHARE, PAGES)
    report(f"{count} visitors for {seconds * SHARE:.0f} s", times, refused, work.cores())
    assert sum(map(len, times.values())) >= 2 * count
    quiet = of_page(times, WITHOUT_A_MODEL)
    assert len(quiet) < 20 or spread(quiet) <= 4.0  # 2 on a machine of its own; this one may be shared
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
    warmed(server)

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
