"""Does a change let a crowd wait less? Two checkouts by turns, the same visitors at each.

`git worktree add ../before main`, then `python -m tests.load.compare ../before` (two minutes; --help for more).
A wait is written in seconds, and in seconds of the processor that the server took meanwhile: the second says how fairly
visitors are served, and other programs on the machine change it little.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from tests.browser.driver import ROOT, running_app
from tests.load.crowd import OtherWork, Times, Visits, percentile_95, rows, warmed

PAGES = ("about", "features", "segmentation_metrics", "detection")  # two without a model and two with
STATISTICS = {"p50": statistics.median, "p95": percentile_95}


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Side:
    """One checkout's rounds together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds: Times = defaultdict(list)
        self.work: Times = defaultdict(list)

    def round(self, wanted: argparse.Namespace) -> None:
        with running_app(folder=self.folder, VIZCORE_AUTOSTART="false", VIZCORE_QUEUE_LIMIT="64") as server:
            pages = tuple(wanted.pages.split(","))
            warmed(server, pages)
            others, began = OtherWork(server), server.cpu_s()
            seen = Visits(server, wanted.visitors, wanted.seconds, pages, side=wanted.side)
            worked = server.cpu_s() - began
            actions = sum(map(len, seen.seconds.values()))
            say(
                f"{self.folder}: {actions} actions, {actions / worked:.2f} a second of the processor, "
                f"refused {seen.refused}, other work {others.cores():.1f} cores, problems {seen.problems}"
            )
        for mine, new in ((self.seconds, seen.seconds), (self.work, seen.work)):
            for action, each in new.items():
                mine[action] += each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, help="a checkout of what was before")
    parser.add_argument("--after", type=Path, default=ROOT)
    parser.add_argument("--visitors", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--side", type=int, default=240, help="pixels of an uploaded picture")
    parser.add_argument("--pages", default=",".join(PAGES))
    wanted = parser.parse_args()
    before, after = Side(wanted.before.resolve()), Side(wanted.after.resolve())
    for number in range(wanted.rounds):
        for side in (before, after) if number % 2 == 0 else (after, before):  # ABBA: a machine that warms or tires
            side.round(wanted)
    for unit, old, new in (("s", before.seconds, after.seconds), ("s of the processor", before.work, after.work)):
        say(f"\n{unit}, before -> after (ratio)")
        compared(old, new)


def compared(old: Times, new: Times) -> None:
    """One row an action: both sides' p50 and p95."""
    later = {(page, action): each for page, action, each in rows(new)}
    for page, action, each in rows(old):
        if not (other := later.get((page, action))):
            continue
        pairs = [(name, statistic(each), statistic(other)) for name, statistic in STATISTICS.items()]
        words = "  ".join(f"{name} {one:6.2f} -> {two:6.2f} ({two / one:4.2f})" for name, one, two in pairs if one)
        say(f"  {page:22s} {action:6s} {words}  n {len(each)}, {len(other)}")


if __name__ == "__main__":
    main()
