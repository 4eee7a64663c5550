"""What are the slowest runs of each page made of, beside its usual ones? One checkout, one crowd.

`python -m tests.load.timeline` (12 visitors for 20 seconds; --help for more) prints for each action a row for the half
in the middle and one for the slowest tenth: mean seconds of each part, in the order in which a run goes through them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.browser.driver import ROOT, running_app
from tests.load.crowd import Action, OtherWork, Visits, spread, warmed
from tests.load.test_load import PAGES

TRACED = str(Path(__file__).with_name("traced_server.py"))
Parts = dict[str, float]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def parts_of(action: Action, runs: list[dict[str, Any]]) -> Parts:
    """Seconds of each part, over the runs that belong to the action. stalled: neither at work nor waiting for a turn or
    a model, so waiting for the interpreter or for a core. The rest of an upload (its file's way) is `to server`."""
    parts: Parts = defaultdict(float, all=action.ended - action.begun)
    last = action.begun
    for run in runs:
        parts["to server"] += run["received"] - last
        parts["to script"] += run["begun"] - run["received"]
        parts["turn"] += run["turn"]
        parts["model"] += run["away"]
        parts["cpu"] += run["cpu"]
        parts["stalled"] += run["ended"] - run["begun"] - run["turn"] - run["away"] - run["cpu"]
        parts["to loop"] += run["queued"] - run["ended"]
        parts["to send"] += run["sent"] - run["queued"]
        parts["to socket"] += run["written"] - run["sent"]
        parts["others"] += run["drawing"] / len(runs)
        parts["messages"] += run["messages"]
        parts["kB"] += run["bytes"] / 1e3
        last = run["written"]
    parts["to client"] = action.ended - last
    parts["runs"] = len(runs)
    return parts


def kinds_of(actions: list[Action], lines: list[dict[str, Any]]) -> dict[tuple[str, str], list[Parts]]:
    """Each action's parts, by page and visit, the slowest last."""
    runs = defaultdict(list)
    for line in lines:
        if "session" in line:
            runs[line["session"]].append(line)
    kinds = defaultdict(list)
    for each in actions:
        mine = [run for run in runs[each.session] if each.begun <= run["received"] <= each.ended]
        kinds[each.page, each.visit].append(parts_of(each, mine))
    return {kind: sorted(found, key=lambda parts: parts["all"]) for kind, found in sorted(kinds.items())}


def show(kinds: dict[tuple[str, str], list[Parts]]) -> None:
    names: list[str] = []
    for found in kinds.values():
        names = max(names, list(found[0]), key=len)
    say(f"{'':42s}" + "".join(f"{name:>10s}" for name in names))
    for (page, visit), found in kinds.items():
        ratio = spread([parts["all"] for parts in found])
        groups = {"usual": found[len(found) // 4 : -(len(found) // 4) or None], "slow": found[int(0.9 * len(found)) :]}
        for group, members in groups.items():
            means = [statistics.fmean(parts[name] for parts in members) for name in names]
            head = f"{page:22s}{visit:7s}{f'{ratio:.1f}' if group == 'usual' else '':5s}{group:6s}"
            say(f"{head}{len(members):3d} " + "".join(f"{mean:10.3f}" for mean in means))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT, help="the checkout whose app it is")
    parser.add_argument("--visitors", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--pages", default=",".join(PAGES))
    wanted = parser.parse_args()
    pages = tuple(wanted.pages.split(","))
    with tempfile.TemporaryDirectory() as scratch:
        trace = Path(scratch, "trace.jsonl")
        options = {"VIZCORE_AUTOSTART": "false", "VIZCORE_QUEUE_LIMIT": "64"}
        with running_app(folder=wanted.folder.resolve(), streamlit=(TRACED, str(trace)), **options) as server:
            warmed(server, pages)
            others, began, used, client = OtherWork(server), time.monotonic(), server.cpu_s(), time.process_time()
            seen = Visits(server, wanted.visitors, wanted.seconds, pages)
            took, cores = time.monotonic() - began, others.cores()
            used, client = server.cpu_s() - used, time.process_time() - client
        lines = [json.loads(line) for line in trace.read_text().splitlines()]
    say(f"{len(seen.actions)} actions in {took:.0f} s, problems {seen.problems}")
    say(f"seconds of the processor: server {used:.1f}, clients {client:.1f}; other work {cores:.1f} cores")
    looks = [line for line in lines if "collected" in line and line["at"] >= began]
    say(f"looks for garbage (generation, s): {[(each['generation'], round(each['collected'], 2)) for each in looks]}")
    show(kinds_of(seen.actions, lines))


if __name__ == "__main__":
    main()
