"""Is what a visit left given to one session of the same owner, and to nobody else, for its time?"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.patience import PATIENCE_S, wait_until
from vizcore.ui.visitor.cookie import Owner
from vizcore.ui.visitor.left_visits import MOST_EACH, Belongings, LeftVisits

ANN, BOB = Owner("ann's browser"), Owner("bob's browser")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def left(word: str) -> Belongings:
    return Belongings({"word": word})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visits(clock: Clock) -> LeftVisits:
    return LeftVisits(clock)


def taken(visits: LeftVisits, owner: Owner, session: str = "new", *, any_session: bool = True) -> object:
    found = visits.take(owner, session, any_session=any_session)
    return found and found.state["word"]


def test_nothing_was_left(visits: LeftVisits) -> None:
    assert taken(visits, ANN) is None
    assert not visits.drop_oldest()


def test_once_and_to_the_owner_alone(visits: LeftVisits) -> None:
    visits.put(ANN, "old", left("hers"), 60)
    assert taken(visits, BOB) is None
    assert taken(visits, ANN) == "hers"
    assert taken(visits, ANN) is None


def test_whoever_signs_in_on_the_same_browser_is_another_owner(visits: LeftVisits) -> None:
    visits.put(Owner("lab", "ann"), "old", left("hers"), 60)
    assert taken(visits, Owner("lab", "bob")) is None
    assert taken(visits, Owner("lab")) is None
    assert taken(visits, Owner("lab", "ann")) == "hers"


def test_the_same_session_first_then_the_last_one(visits: LeftVisits) -> None:
    for session in ("a", "b", "c"):
        visits.put(ANN, session, left(session), 60)
    assert taken(visits, ANN, "a") == "a"
    assert taken(visits, ANN) == "c"
    assert taken(visits, ANN, "x", any_session=False) is None
    assert taken(visits, ANN, "b", any_session=False) == "b"


def test_its_time_ends(visits: LeftVisits, clock: Clock) -> None:
    visits.put(ANN, "old", left("hers"), 60)
    clock.now = 59.9
    visits.purge()
    assert len(visits) == 1
    clock.now = 60.0
    assert taken(visits, ANN) is None
    assert len(visits) == 0


def test_a_time_of_zero_keeps_nothing(visits: LeftVisits) -> None:
    visits.put(ANN, "old", left("hers"), 0)
    assert len(visits) == 0


def test_forgotten_and_dropped_for_room(visits: LeftVisits) -> None:
    visits.put(ANN, "a", left("hers"), 60)
    visits.put(BOB, "b", left("his"), 60)
    visits.put(ANN, "c", left("hers"), 60)
    visits.forget(ANN)
    assert len(visits) == 1
    assert visits.drop_oldest()
    assert taken(visits, BOB) is None


def test_one_owner_cannot_pile_up(visits: LeftVisits) -> None:
    for number in range(MOST_EACH + 3):
        visits.put(ANN, str(number), left(str(number)), 60)
    visits.put(BOB, "b", left("his"), 60)
    assert len(visits) == MOST_EACH + 1
    assert taken(visits, ANN, "0") == str(MOST_EACH + 2)  # the first ones are gone


ENDS: dict[str, Callable[[LeftVisits, Clock], object]] = {
    "purge": lambda visits, clock: (setattr(clock, "now", 60.0), visits.purge()),
    "take": lambda visits, clock: (setattr(clock, "now", 60.0), visits.take(BOB, "b", any_session=True)),
    "forget": lambda visits, clock: visits.forget(ANN),
    "drop_oldest": lambda visits, clock: visits.drop_oldest(),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_is_dropped_ends_when_the_lock_is_free(visits: LeftVisits, clock: Clock, end: str) -> None:
    """Its end is told to others, who may hold a lock and wait for this one."""
    free: list[bool] = []

    class Picture:
        def __del__(self) -> None:
            free.append(not visits._lock.locked())

    visits.put(ANN, "a", Belongings({"picture": Picture()}), 60)
    ENDS[end](visits, clock)
    assert free == [True]


def test_without_a_thread_to_wait_it_is_kept_until_somebody_looks(
    visits: LeftVisits, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(timer: threading.Timer) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Timer, "start", start)
    visits.put(ANN, "a", left("hers"), 60)
    assert len(visits) == 1
    clock.now = 60.0
    assert taken(visits, BOB) is None
    assert len(visits) == 0


def test_one_thread_waits_for_all_of_them(visits: LeftVisits) -> None:
    before = set(threading.enumerate())
    for number in range(8):
        visits.put(Owner(str(number)), "s", left("theirs"), 60 + number)
    visits.purge()
    own = [each for each in threading.enumerate() if each not in before and isinstance(each, threading.Timer)]
    waiting = [each for each in own if getattr(each, "function", None) == visits.purge]
    assert len(waiting) == 1
    for number in range(8):
        visits.forget(Owner(str(number)))
    visits.purge()
    waiting[0].join(PATIENCE_S)
    assert not waiting[0].is_alive()


def test_the_timer_drops_what_is_over_and_waits_for_the_next() -> None:
    visits = LeftVisits()
    visits.put(ANN, "a", left("hers"), 0.05)
    visits.put(BOB, "b", left("his"), 60)
    wait_until(lambda: len(visits) == 1)
    assert taken(visits, ANN) is None
    assert taken(visits, BOB) == "his"
