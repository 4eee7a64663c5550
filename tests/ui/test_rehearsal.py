"""Does a rehearsal warm what is slow, and name what is slow, missing, wrong or cut off?"""

from __future__ import annotations

from typing import Any

import pytest

from vizcore.presenting.plan import Plan, Step
from vizcore.ui.lecture.rehearsal import Rehearsal
from vizcore.ui.page_record import PageRecord

PLAN = Plan("short", "Short", "en", "", (Step("features"), Step("detection")))


def told(shown: Any = 1.0, ago: Any = 500.0) -> dict[str, Any]:
    return {"shown": shown, "ago": ago, "width": 1280, "height": 720}


def test_a_quick_step_is_seen_once() -> None:
    held = Rehearsal(PLAN, began_at=10.0)
    assert held.take(1, told(), PageRecord(), now=11.5) == 2
    look = held.looks[1]
    assert (look.seconds, look.first_s, look.good) == (1.0, 1.0, True)
    assert held.size == (1280, 720)


def test_a_slow_step_is_seen_again_and_its_second_time_counts() -> None:
    held = Rehearsal(PLAN, began_at=0.0)
    assert held.take(1, told(), PageRecord(), now=8.5) == 1
    held.began_at = 10.0
    assert held.take(1, told(), PageRecord(), now=11.5) == 2
    assert (held.looks[1].seconds, held.looks[1].first_s, held.looks[1].slow) == (1.0, 8.0, False)


def test_it_ends_after_the_last_step() -> None:
    held = Rehearsal(PLAN, began_at=0.0)
    assert held.take(2, told(), PageRecord(), now=1.0) is None
    assert held.over


@pytest.mark.parametrize(
    ("shown", "record"),
    [
        (0.5, PageRecord()),
        (None, PageRecord()),
        ("all", PageRecord()),
        (10**400, PageRecord()),
        (1.0, PageRecord(missing=["ResNet"])),
        (1.0, PageRecord(errors=["offline"])),
    ],
    ids=["cut off", "no figure", "nonsense", "no share", "missing", "error"],
)
def test_what_is_wrong_is_not_good(shown: object, record: PageRecord) -> None:
    held = Rehearsal(PLAN, began_at=0.0)
    held.take(1, told(shown, ago="soon"), record, now=1.0)
    assert not held.looks[1].good
