"""How long do visitors of one process wait for each other? A simulation of its pages, its sending and its models.

One interpreter: the pages that are being drawn and the one thread that sends what they drew share it equally. One
worker for models, in the order of their requests, beside it on two cores. `python -m benchmarks.scale.one_process`
prints p50 and p95 of each action (page, and whether its models are asked) for several rules of `vizcore/ui/turns`.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

STEP_S = 0.005
LOOK_S = 0.5  # somebody who looks at what came
REST_S = 0.01  # of the sending thread, between two rounds
SENDING = 0.25  # of a script's own time, once more for what it drew
QUICKER = 0.62  # the busy machine's times beside the quiet one's, so that 12 visitors do what was counted there
BESIDE_MODELS, BESIDE_PAGES = 0.75, 1.25  # cores of the interpreter and of the models, where both are at work
MODELS_ALONE = 1.7
WITHOUT_A_PAGE = ("arrive", "upload")
Times = dict[tuple[str, str], list[float]]

# Seconds of the script's thread (tests/load/timeline.py, medians), and of each model call on a first visit.
SCRIPT_S = {"arrive": 0.02, "upload": 0.03, "about": 0.021, "segmentation_metrics": 0.037, "segmentation": 0.055,
            "detection": 0.057, "home": 0.082, "tracking": 0.103, "features": 0.161, "similarity": 0.16}  # fmt: skip
MODEL_S = {"features": (0.25, 0.25), "detection": (0.3,), "segmentation": (0.4,), "similarity": (0.25,) * 4,
           "home": (0.2,) * 4}  # fmt: skip
PAGES = ("features", "detection", "segmentation", "similarity", "about", "segmentation_metrics", "tracking", "home")


@dataclass(frozen=True)
class Rule:
    """at_once: pages that are drawn together. stretch: a page is due at its arrival plus so many times its cost; with 0
    the others are drawn in their order."""

    at_once: int
    stretch: float = 0.0


@dataclass(eq=False)
class Visitor:
    """parts: of the page under way, seconds of the script (False) and of a model (True) by turns. unsent_s: work of the
    sending thread. since: the moment at which the wait began; an upload's with the page before it."""

    plan: Iterator[str]
    until: float = 0.0
    page: str = ""
    visit: str = ""
    since: float = 0.0
    due: float = 0.0
    parts: deque[tuple[bool, float]] = field(default_factory=deque)
    unsent_s: float = 0.0
    seen: set[str] = field(default_factory=set)


class Crowd:
    """So many visitors who all come at once and click for so many seconds. seed: of what their clicks cost."""

    def __init__(self, rule: Rule, visitors: int, seconds: float, seed: int = 1) -> None:
        self.times: Times = defaultdict(list)
        self._rule, self._seconds, self._now = rule, seconds, 0.0
        self._random = random.Random(seed)
        starts = [number % len(PAGES) for number in range(visitors)]
        self._looking = [Visitor(self._plan(PAGES[start:] + PAGES[:start])) for start in starts]
        self._line: list[Visitor] = []
        self._drawn: list[Visitor] = []
        self._sending: list[Visitor] = []
        self._models: deque[Visitor] = deque()

    def run(self) -> Times:
        while self._looking or self._line or self._drawn or self._sending or self._models:
            for each in [each for each in self._looking if self._now >= each.until]:
                self._looking.remove(each)
                self._click(each)
            self._begin()
            self._share()
            self._now += STEP_S
        return self.times

    def _plan(self, pages: tuple[str, ...]) -> Iterator[str]:
        yield from WITHOUT_A_PAGE
        for page in cycle(pages):
            if self._now >= self._seconds:
                return
            yield page

    def _click(self, visitor: Visitor) -> None:
        page = next(visitor.plan, "")
        if not page:
            return
        visitor.page, visitor.since = page, visitor.since if page == "upload" else self._now
        asked = () if page in visitor.seen else MODEL_S.get(page, ())
        visitor.visit = "each" if page not in MODEL_S else "first" if asked else "again"
        visitor.seen.add(page)
        cost = QUICKER * SCRIPT_S[page]
        visitor.due = self._now + self._rule.stretch * cost
        script_s = cost * self._random.gammavariate(16, 1 / 16) / (len(asked) + 1)
        visitor.parts.append((False, script_s))
        for model_s in asked:
            visitor.parts += [(True, model_s * self._random.gammavariate(9, 1 / 9)), (False, script_s)]
        self._line.append(visitor)

    def _begin(self) -> None:
        self._line.sort(key=lambda each: each.due)
        while self._line and len(self._drawn) < self._rule.at_once:
            self._drawn.append(self._line.pop(0))

    def _share(self) -> None:
        """One step of everybody's work."""
        sharers = len(self._drawn) + bool(self._sending)
        both = bool(sharers and self._models)
        share = STEP_S * (BESIDE_MODELS if both else 1.0) / max(1, sharers)
        if self._models:
            self._work(self._models[0], STEP_S * (BESIDE_PAGES if both else MODELS_ALONE), self._models)
        sent = share / max(1, len(self._sending))
        for each in list(self._sending):
            each.unsent_s -= sent
            if each.unsent_s <= 0:
                self._sending.remove(each)
                if not each.parts:
                    self._arrived(each)
        for each in list(self._drawn):
            if each.unsent_s <= 0:
                self._sending.append(each)
            each.unsent_s = max(0.0, each.unsent_s) + SENDING * share
            self._work(each, share, self._drawn)

    def _work(self, visitor: Visitor, seconds: float, place: list[Visitor] | deque[Visitor]) -> None:
        """On the part under way; at its end the next one begins where it belongs."""
        model, left = visitor.parts[0]
        visitor.parts[0] = (model, left - seconds)
        if left > seconds:
            return
        visitor.parts.popleft()
        place.remove(visitor)
        if visitor.parts:
            (self._models if visitor.parts[0][0] else self._drawn).append(visitor)

    def _arrived(self, visitor: Visitor) -> None:
        if visitor.page != "arrive":
            self.times[visitor.page, visitor.visit].append(self._now + STEP_S + REST_S - visitor.since)
            visitor.until = self._now + (0 if visitor.page == "upload" else LOOK_S)
        self._looking.append(visitor)


def p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


def main() -> None:
    for visitors, seconds in ((12, 180.0), (60, 60.0)):
        for rule in (Rule(8), Rule(4), Rule(8, 20), Rule(4, 20)):
            times = Crowd(rule, visitors, seconds).run()
            sys.stdout.write(f"{visitors} visitors, {seconds:.0f} s, {rule}: {sum(map(len, times.values()))} actions\n")
            for (page, visit), each in sorted(times.items()):
                middle = statistics.median(each)
                row = f"p50 {middle:6.2f} s  p95 {p95(each):6.2f} s  p95/p50 {p95(each) / middle:4.1f}  n {len(each)}"
                sys.stdout.write(f"  {page:22s} {visit:6s} {row}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
