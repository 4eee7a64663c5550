"""The pixels of everybody's pictures: counted while a picture lives, refused with a sentence beyond the limit."""

from __future__ import annotations

import gc
import threading

import numpy as np
import pytest

from tests.patience import PATIENCE_S
from vizcore.errors import ServerFull
from vizcore.i18n.sentences import sentence_for
from vizcore.photo import Photo
from vizcore.ui import pixel_budget
from vizcore.ui.pixel_budget import PixelBudget
from vizcore.ui.visitor.cookie import Owner
from vizcore.ui.visitor.left_visits import Belongings, LeftVisits


def photo(value: int) -> Photo:
    return Photo(np.full((1000, 1000, 3), value, np.uint8), "p")


def test_pictures_count_as_long_as_somebody_holds_them() -> None:
    budget = PixelBudget(limit_mpx=2.5)
    first, second = photo(1), photo(2)
    budget.hold([first, second])
    budget.hold([first])  # once, however often it is shown
    assert budget.pixels == 2_000_000
    with pytest.raises(ServerFull) as problem:
        budget.hold([photo(3)])
    assert problem.value.values == {"limit_mpx": 2.5}
    assert "2.5 megapixels" in sentence_for(problem.value)
    del first
    gc.collect()
    assert budget.pixels == 1_000_000
    budget.hold([photo(4)])


def test_a_gallery_is_taken_whole_or_not_at_all() -> None:
    budget = PixelBudget(limit_mpx=2)
    many = [photo(value) for value in range(3)]
    with pytest.raises(ServerFull):
        budget.hold(many)
    assert budget.pixels == 0


def test_visits_that_ended_make_room_with_few_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    left, budget, collections = LeftVisits(), PixelBudget(limit_mpx=40), 0

    def collect() -> int:
        nonlocal collections
        collections += 1
        return 0

    monkeypatch.setattr(pixel_budget, "LEFT", left)
    monkeypatch.setattr(gc, "collect", collect)
    for number in range(40):
        brought = photo(number)
        budget.hold([brought])
        left.put(Owner(str(number)), "s", Belongings({"photo": brought}), 60)
    del brought
    here = [photo(200 + number) for number in range(30)]
    budget.hold(here)
    assert budget.pixels == 40_000_000
    assert len(left) == 10  # no more went than was needed
    assert collections <= 6


def test_a_photo_may_die_in_any_thread_while_another_one_is_counted() -> None:
    """Whatever locks that thread holds: whoever counts next subtracts it."""
    budget = PixelBudget(limit_mpx=2)
    dying = [photo(1)]
    budget.hold(dying)
    with budget._lock:
        other = threading.Thread(target=dying.clear, daemon=True)
        other.start()
        other.join(PATIENCE_S)
        assert not other.is_alive()
    budget.hold([photo(2), photo(3)])
    assert budget.pixels == 0


def test_nobody_waits_for_the_budget_while_visits_that_ended_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    left, budget, free = LeftVisits(), PixelBudget(limit_mpx=2), []
    monkeypatch.setattr(pixel_budget, "LEFT", left)
    brought = photo(1)
    budget.hold([brought])
    left.put(Owner("ann"), "s", Belongings({"photo": brought}), 60)
    del brought
    drop = left.drop_oldest

    def count_meanwhile() -> None:
        free.append(budget._lock.acquire(blocking=False) and budget._lock.release() is None)

    def drop_after_another_counted() -> bool:
        other = threading.Thread(target=count_meanwhile, daemon=True)
        other.start()
        other.join(PATIENCE_S)
        return drop()

    monkeypatch.setattr(left, "drop_oldest", drop_after_another_counted)
    here = [photo(2), photo(3)]
    budget.hold(here)
    assert free == [True]
    assert budget.pixels == 2_000_000
