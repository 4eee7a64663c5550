"""When should somebody be told? Limits on what the event log holds; a row of `ALARMS` each.

A share alarms when even the lower end of its 95 % interval lies over the limit, a percentile when there are runs enough
to say it: a few unlucky answers wake nobody. An alarm is told once, when it begins, and again when it is over.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from vizcore.i18n import N_
from vizcore.metrics.proportion import wilson_interval
from vizcore.monitoring.events import Event, EventLog
from vizcore.monitoring.golden import last_checks
from vizcore.results import FloatArray
from vizcore.settings import Settings, current

log = logging.getLogger(__name__)

LOOKED_AT = 500  # the last answers
EVERY = 25  # answers between two looks, at least
PAUSE_S = 1.0  # between two looks, at least: one takes as long as ten short answers
FEWEST = 20
HALF = 50  # answers of one model in each half before their scores are compared
CHANCE = 0.01  # of a false alarm in such a comparison, over all models together
Unit = Literal["share", "ms", "effect", "count"]


@dataclass(frozen=True)
class Finding:
    """value: what was measured, NaN where too little is known. bound: what is held against the limit."""

    value: float
    bound: float
    n: int


@dataclass(frozen=True)
class Alarm:
    """One line of the table. ringing: whether the bound lies over the limit."""

    name: str
    finding: Finding
    limit: float

    @property
    def ringing(self) -> bool:
        return bool(self.finding.bound > self.limit)  # NaN never rings


@dataclass(frozen=True)
class Rule:
    """title, remedy: to be translated when shown. limit: out of the settings. look: at the last events."""

    title: str
    remedy: str
    unit: Unit
    limit: Callable[[Settings], float]
    look: Callable[[Sequence[Event], EventLog], Finding]


def _share(hits: int, n: int) -> Finding:
    if n < FEWEST:
        return Finding(float("nan"), float("nan"), n)
    return Finding(hits / n, wilson_interval(hits, n)[0], n)


def _errors(events: Sequence[Event], kept: EventLog) -> Finding:
    return _share(sum(bool(each.code) for each in events), len(events))


def _empty(events: Sequence[Event], kept: EventLog) -> Finding:
    found = [each for each in events if each.boxes >= 0]
    return _share(sum(each.empty for each in found), len(found))


def _slow(events: Sequence[Event], kept: EventLog) -> Finding:
    """p95 of waiting and working together."""
    from vizcore.runtimes.percentiles import percentile

    times = [each.wait_ms + each.busy_ms for each in events if not each.code]
    value = percentile(times, 95)
    return Finding(float("nan"), float("nan"), len(times)) if value is None else Finding(value, value, len(times))


def _unsure(events: Sequence[Event], kept: EventLog) -> Finding:
    """How much less sure the newer half of one model's answers is (Cliff's delta, over 0), if a rank test confirms it.

    Of several models the one whose answers changed the most: another model's scores are no comparison.
    """
    tops: dict[tuple[str, str], list[float]] = {}
    for each in events:
        if each.top == each.top:
            tops.setdefault((each.operation, each.model), []).append(each.top)
    enough = [np.array(each) for each in tops.values() if len(each) >= 2 * HALF]
    if not enough:
        return Finding(float("nan"), float("nan"), max(map(len, tops.values()), default=0))
    found = [_less_sure(each, level=CHANCE / len(enough)) for each in enough]
    return max(found, key=lambda each: (each.bound == each.bound, each.value))


def _less_sure(tops: FloatArray, *, level: float) -> Finding:
    from vizcore.monitoring.two_samples import cliffs_delta

    before, now = tops[: len(tops) // 2], tops[len(tops) // 2 :]
    effect = -cliffs_delta(before, now)
    sure = effect > 0 and _p_greater(before, now) < level
    return Finding(effect, effect if sure else float("nan"), len(tops))


def _p_greater(before: FloatArray, now: FloatArray) -> float:
    """p of a rank test on whether the answers before were surer."""
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(before, now, alternative="greater").pvalue)


def _unwritable(events: Sequence[Event], kept: EventLog) -> Finding:
    return Finding(float(bool(kept.problem)), float(bool(kept.problem)), 1)


def _golden(events: Sequence[Event], kept: EventLog) -> Finding:
    known = last_checks()
    failed = sum(not each["passed"] for each in known.values())
    return Finding(float(failed), float(failed), len(known)) if known else Finding(float("nan"), float("nan"), 0)


ALARMS: dict[str, Rule] = {
    "errors": Rule(
        N_("Share of errors"),
        N_("Read the codes below: one code points at one cause."),
        "share",
        lambda settings: settings.alarm_error_rate,
        _errors,
    ),
    "slow": Rule(
        N_("p95 until the answer"),
        N_("Look at the queue and at what grew slower; Cost measures each step."),
        "ms",
        lambda settings: settings.alarm_p95_ms,
        _slow,
    ),
    "empty": Rule(
        N_("Share of photos without a box"),
        N_("Compare the photos with the reference under Drift: another camera, another place, darkness?"),
        "share",
        lambda settings: settings.alarm_empty_rate,
        _empty,
    ),
    "unsure": Rule(
        N_("Answers less sure than before (effect)"),
        N_("Label some of the new photos: only labels say whether quality fell too."),
        "effect",
        lambda settings: 0.33,
        _unsure,
    ),
    "golden": Rule(
        N_("Golden pictures not as recorded"),
        N_("Weights, preprocessing or a library changed; record anew only if that was meant."),
        "count",
        lambda settings: 0.0,
        _golden,
    ),
    "log": Rule(
        N_("Event log cannot be written"),
        N_("Make room or give the folder to this user, and start again."),
        "count",
        lambda settings: 0.0,
        _unwritable,
    ),
}


def alarms(kept: EventLog, settings: Settings | None = None) -> tuple[Alarm, ...]:
    """Every row of the table, over the last events."""
    chosen = settings or current()
    events = list(kept.events)[-LOOKED_AT:]
    return tuple(Alarm(name, rule.look(events, kept), rule.limit(chosen)) for name, rule in ALARMS.items())


def in_background(look: Callable[[], None]) -> None:
    """Begins it on a thread of its own: the first one that compares scores imports SciPy, half a second."""
    threading.Thread(target=look, name="vizcore-watch", daemon=True).start()


class Watch:
    """Looks at the log now and then, and tells the server's own log what began and what is over.

    begin: how a look is begun; whoever tells of an event does not wait for it.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        clock: Callable[[], float] = time.monotonic,
        begin: Callable[[Callable[[], None]], None] = in_background,
    ) -> None:
        self.ringing: set[str] = set()
        self._settings = settings
        self._clock = clock
        self._begin = begin
        self._heard = 0
        self._looked_at = -PAUSE_S
        self._lock = threading.Lock()
        self._looking = threading.Lock()

    def heard(self, kept: EventLog) -> None:
        """To be called after each event; looks once 25 have come and a second has passed since the last look."""
        with self._lock:
            self._heard += 1
            if self._heard < EVERY or (now := self._clock()) - self._looked_at < PAUSE_S:
                return
            self._heard, self._looked_at = 0, now
        self._begin(lambda: self._look_or_log(kept))

    def _look_or_log(self, kept: EventLog) -> None:
        try:
            self._look(kept)
        except Exception as error:  # a border: a thread of its own has nobody above it
            log.error("no look at the alarms: %s", type(error).__name__)

    def _look(self, kept: EventLog) -> None:
        with self._looking:
            found = {each.name: each for each in alarms(kept, self._settings) if each.ringing}
            for name in found.keys() - self.ringing:
                bound, limit, n = found[name].finding.value, found[name].limit, found[name].finding.n
                log.warning("alarm %s: %.3g over %.3g (n = %d)", name, bound, limit, n)
            for name in self.ringing - found.keys():
                log.warning("alarm %s is over", name)
            self.ringing = set(found)


@lru_cache(maxsize=1)
def shared_watch() -> Watch:
    """The watch of this process."""
    return Watch()
