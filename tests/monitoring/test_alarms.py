"""Alarms ring on what is sure, not on bad luck, and are told once; golden pictures are checked at each start."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from vizcore.monitoring import alarms as rules
from vizcore.monitoring.alarms import ALARMS, Watch, alarms
from vizcore.monitoring.events import Event, EventLog
from vizcore.settings import Settings
from vizcore.ui.server.background import Background

EVENT = Event(0, "classify", "cnn-mini", "", (), 1.0, 10.0, top=0.9)
SETTINGS = Settings()


@pytest.fixture(autouse=True)
def no_golden_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "last_checks", dict)


def log_of(*events: Event) -> EventLog:
    kept = EventLog()
    for each in events:
        kept.add(each)
    return kept


def at_once(look: Callable[[], None]) -> None:
    look()


def ringing(kept: EventLog) -> set[str]:
    return {each.name for each in alarms(kept, SETTINGS) if each.ringing}


def test_nothing_rings_on_nothing_or_on_little() -> None:
    assert ringing(EventLog()) == set()
    assert {each.name for each in alarms(EventLog(), SETTINGS)} == set(ALARMS)
    assert ringing(log_of(*[replace(EVENT, code="busy")] * 19)) == set()


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([replace(EVENT, code="busy")] * 10 + [EVENT] * 40, "errors"),
        ([replace(EVENT, busy_ms=9000.0)] * 10 + [EVENT] * 60, "slow"),
        ([replace(EVENT, boxes=0, top=float("nan"))] * 60, "empty"),
        ([EVENT] * 60 + [replace(EVENT, top=0.4)] * 60, "unsure"),
    ],
)
def test_each_limit(events: list[Event], expected: str) -> None:
    assert ringing(log_of(*events)) == {expected}


def test_another_model_that_is_less_sure_is_no_change() -> None:
    other = replace(EVENT, model="vit-mini", top=0.4)
    assert ringing(log_of(*[EVENT] * 60, *[other] * 60)) == set()
    assert ringing(log_of(*[EVENT] * 100, *[other] * 100)) == set()
    changed = log_of(*[EVENT, replace(other, top=0.6)] * 60, *[EVENT, other] * 60)
    assert ringing(changed) == {"unsure"}
    found = next(each.finding for each in alarms(changed, SETTINGS) if each.name == "unsure")
    assert (found.value, found.n) == (1.0, 120)


def test_a_share_near_its_limit_is_bad_luck() -> None:
    kept = log_of(*[replace(EVENT, code="busy")] * 3, *[EVENT] * 37)  # 7.5 %, but 5 % may well be true
    assert ringing(kept) == set()
    found = next(each for each in alarms(kept, SETTINGS) if each.name == "errors")
    assert found.finding.value == pytest.approx(0.075)
    assert found.finding.bound < 0.05


def test_a_log_that_is_full_and_a_golden_failure_ring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = EventLog(str(tmp_path / "absent" / "log.jsonl"))
    kept.add(EVENT)
    assert ringing(kept) == {"log"}
    monkeypatch.setattr(rules, "last_checks", lambda: {"cnn-mini": {"passed": False}, "vit-mini": {"passed": True}})
    assert ringing(EventLog()) == {"golden"}


def test_an_alarm_is_told_once_and_again_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    seconds = itertools.count(step=0.1)
    watch, kept = Watch(SETTINGS, clock=lambda: next(seconds), begin=at_once), EventLog()
    with caplog.at_level(logging.WARNING, logger="vizcore.monitoring.alarms"):
        for event in [replace(EVENT, code="busy")] * 100 + [EVENT] * 500:
            kept.add(event)
            watch.heard(kept)
    assert [record.message.split(" (")[0] for record in caplog.records] == [
        "alarm errors: 1 over 0.05",
        "alarm errors is over",
    ]


def test_who_tells_of_an_event_does_not_wait_for_the_look(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on, looked = threading.Event(), threading.Event()

    def slow(kept: EventLog, settings: Settings) -> tuple[()]:
        assert goes_on.wait(PATIENCE_S)
        looked.set()
        return ()

    monkeypatch.setattr(rules, "alarms", slow)
    watch, kept = Watch(SETTINGS), EventLog()
    for _ in range(100):
        kept.add(EVENT)
        watch.heard(kept)
    assert not looked.is_set()
    goes_on.set()
    assert looked.wait(PATIENCE_S)


def test_a_look_that_fails_is_logged_without_what_it_saw(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(kept: EventLog, settings: Settings) -> tuple[()]:
        raise OSError("a secret")

    monkeypatch.setattr(rules, "alarms", broken)
    watch, kept = Watch(SETTINGS, begin=at_once), EventLog()
    for _ in range(25):
        watch.heard(kept)
    ours = [record.message for record in caplog.records if record.name == rules.log.name]
    assert ours == ["no look at the alarms: OSError"]


def test_answers_in_quick_succession_are_not_looked_at_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    monkeypatch.setattr(rules, "alarms", lambda kept, settings: looks.append(len(kept.events)) or ())  # type: ignore[func-returns-value]
    now = [5.0]
    watch, kept = Watch(SETTINGS, clock=lambda: now[0], begin=at_once), EventLog()
    for moment in [5.0] * 100 + [6.5] * 30 + [60.0] * 10:
        now[0] = moment
        kept.add(EVENT)
        watch.heard(kept)
    assert looks == [25, 101, 131]


def test_the_background_runs_what_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(Background, "_ran", lambda self, *verb: ran.append(verb) or 0)  # type: ignore[func-returns-value]
    settings = Settings(cache_dir=str(tmp_path))
    Background(settings).run()
    Background(settings).run()  # prepared before
    Background(replace(settings, start_check=False)).run()
    assert ran == [("prepare-runtimes", "--missing"), ("golden",), ("golden",)]
    quiet = Background(replace(settings, start_check=False, runtime="torch"), after_s=0.0)
    quiet.start()
    quiet.stop()
    assert len(ran) == 3
