"""Visitors who open pages at the same time, each with a picture of their own: what they do, and how long they wait."""

from __future__ import annotations

import os
import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from tests.browser.driver import Server
from tests.load.client import Client, all_at_once, visitors
from tests.load.pictures import close, colour, middle_of, name, png

NAMES = re.compile(r"visitor\d{3}\.png")
WITHOUT_A_MODEL = {"about", "segmentation_metrics", "tracking"}
LOOK_S = 0.5  # somebody who looks at what came
WARM_S = 240.0
Times = dict[tuple[str, str], list[float]]  # (page, which visit of it): seconds of each run


def bring(client: Client, number: int, side: int = 240) -> None:
    """A picture of one's own in the tray, and its thumbnail in one's own colour. side: its height in pixels."""
    client.open("about")
    screen = client.upload(name(number), png(number, side))
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


class Action(NamedTuple):
    """One wait of a visitor. begun, ended: by the machine's monotonic clock. work: seconds of the processor that the
    server took meanwhile, which other programs on the machine change little."""

    page: str
    visit: str
    session: str
    begun: float
    ended: float
    work: float


class Visits:
    """What so many sessions did in so many seconds.

    A page's first visit with a picture asks the models, a later one finds their answers: two actions, not one. Where no
    model is asked, all visits are one ("each"). refused: sentences that refused work. problems: what nobody may meet.
    """

    def __init__(self, server: Server, count: int, seconds: float, pages: tuple[str, ...], *, side: int = 240) -> None:
        self.actions: list[Action] = []
        self.refused = 0
        self._server, self._for_s, self._pages, self._side = server, seconds, pages, side
        self._lock = threading.Lock()
        with visitors(server.base, count) as clients:
            self.problems = all_at_once(clients, self._act)

    @property
    def seconds(self) -> Times:
        """Each one's wait."""
        return self._times(lambda action: action.ended - action.begun)

    @property
    def work(self) -> Times:
        return self._times(lambda action: action.work)

    def _times(self, of: Callable[[Action], float]) -> Times:
        times: Times = defaultdict(list)
        for action in self.actions:
            times[action.page, action.visit].append(of(action))
        return times

    def _act(self, client: Client, number: int) -> None:
        begun = self._now()
        bring(client, number, self._side)
        self._keep("upload", "each", begun, client)
        seen: set[str] = set()
        until = time.monotonic() + self._for_s
        first = number % len(self._pages)
        order = cycle(self._pages[first:] + self._pages[:first])
        while time.monotonic() < until:
            page = next(order)
            begun = self._now()
            client.open(page)
            visit = "each" if page in WITHOUT_A_MODEL else "again" if page in seen else "first"
            self._keep(page or "home", visit, begun, client)
            check(client, number)
            seen.add(page)
            time.sleep(LOOK_S)

    def _now(self) -> tuple[float, float]:
        return time.monotonic(), self._server.cpu_s()

    def _keep(self, page: str, visit: str, begun: tuple[float, float], client: Client) -> None:
        ended, used_s = self._now()
        with self._lock:
            self.actions.append(Action(page, visit, client.session, begun[0], ended, used_s - begun[1]))
            self.refused += sum("try again in" in each for each in client.screen.errors)


def warmed(server: Server, pages: tuple[str, ...]) -> None:
    """Libraries and models are loaded once, which is not what is measured."""
    with visitors(server.base, 1) as (client,):
        until = time.monotonic() + WARM_S
        for page in (*pages, *pages):
            if time.monotonic() < until:
                client.open(page)


def percentile_95(times: list[float]) -> float:
    ordered = sorted(times)
    return ordered[int(0.95 * (len(ordered) - 1))]


def spread(times: list[float]) -> float:
    """p95 / p50."""
    return percentile_95(times) / statistics.median(times)


def of_page(times: Times, page: str) -> list[float]:
    return [taken for (name, _action), each in times.items() if name == page for taken in each]


def rows(times: Times) -> list[tuple[str, str, list[float]]]:
    """(page, "all" or which visit, its times): each page over all its runs, then each action if there are several."""
    found = []
    for page in sorted({page for page, _ in times}):
        mine = {action: each for (name, action), each in times.items() if name == page}
        every = {"all": of_page(times, page)} if len(mine) > 1 else {}
        found += [(page, action, each) for action, each in {**every, **mine}.items()]
    return found


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
