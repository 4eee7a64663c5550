"""Does a change cost a visitor who is alone any time? The same click at two checkouts by strict turns.

`git worktree add ../before main`, then `python -m tests.load.alone ../before` (a minute; --help for more). Both servers
run all the time, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

from tests.browser.driver import ROOT, Server, running_app
from tests.load.client import Client, visitors

REST_S = 0.05  # after a click, for what a server does behind it
Click = tuple[float, float]  # seconds from the click to the end of the page, seconds of the server's processor


def clicked(server: Server, client: Client, page: str) -> Click:
    began, used = time.monotonic(), server.cpu_s()
    client.open(page)
    took = time.monotonic() - began
    time.sleep(REST_S)
    return took, server.cpu_s() - used


def by_turns(servers: tuple[Server, Server], page: str, clicks: int) -> tuple[list[Click], list[Click]]:
    """So many clicks at each, after two that load what the page needs."""
    found: tuple[list[Click], list[Click]] = ([], [])
    with visitors(servers[0].base, 1) as (first,), visitors(servers[1].base, 1) as (second,):
        sides = list(zip(servers, (first, second), found, strict=True))
        for number in range(-2, clicks):
            for server, client, mine in sides if number % 2 else reversed(sides):  # ABBA
                click = clicked(server, client, page)
                if number >= 0:
                    mine.append(click)
    return found


def row(what: str, old: list[float], new: list[float]) -> str:
    words = []
    for name, statistic in (("least", min), ("median", statistics.median)):
        one, two = statistic(old), statistic(new)
        words.append(f"{name} {one * 1e3:7.1f} -> {two * 1e3:7.1f} ms ({two / one:.2f})")
    nearer = sum(two < one for one, two in zip(old, new, strict=True))
    return f"  {what:10s} {'  '.join(words)}  less in {nearer} of {len(new)} pairs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, help="a checkout of what was before")
    parser.add_argument("--after", type=Path, default=ROOT)
    parser.add_argument("--clicks", type=int, default=30)
    parser.add_argument("--pages", default="about,features")
    wanted = parser.parse_args()
    with running_app(folder=wanted.before.resolve()) as old, running_app(folder=wanted.after.resolve()) as new:
        for page in wanted.pages.split(","):
            before, after = by_turns((old, new), page, wanted.clicks)
            sys.stdout.write(f"{page or 'home'}, before -> after (ratio)\n")
            for what, place in (("wall", 0), ("processor", 1)):
                sys.stdout.write(row(what, [each[place] for each in before], [each[place] for each in after]) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
