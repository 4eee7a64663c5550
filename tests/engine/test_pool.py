"""Is each model loaded once, kept within the budget, and never taken from under who uses it?"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.fakes import CountingLoader, card
from tests.patience import PATIENCE_S
from vizcore.engine.pool import ModelPool, NoRoomYet
from vizcore.errors import OutOfMemory, WeightsMissing


def pool(loader: CountingLoader | None = None, megabytes: float = 3) -> ModelPool:
    return ModelPool("cpu", int(megabytes * 1e6), loader or CountingLoader())


def keys(of: ModelPool) -> list[str]:
    return [model.key for model in of.contents()]


def use(of: ModelPool, *names: str) -> None:
    for name in names:
        of.release(of.acquire(card(name)))


def test_twelve_threads_wait_for_one_load() -> None:
    loader = CountingLoader(until=lambda: shared.contents()[0].in_use == 12)
    shared = pool(loader)
    with ThreadPoolExecutor(12) as threads:
        models = list(threads.map(lambda _: shared.acquire(card()), range(12)))
    assert loader.loads == [("model", "cpu")]
    assert len({id(model) for model in models}) == 1
    assert shared.contents()[0].in_use == 12


def test_different_models_load_side_by_side() -> None:
    both_here = threading.Barrier(2, timeout=PATIENCE_S)

    def load(its_card: object, device: str) -> object:
        both_here.wait()
        return CountingLoader()(its_card, device)  # type: ignore[arg-type]

    shared = ModelPool("cpu", 3_000_000, load)  # type: ignore[arg-type]
    with ThreadPoolExecutor(2) as threads:
        assert len(list(threads.map(lambda key: shared.acquire(card(key)), "ab"))) == 2


def test_least_recently_used_idle_model_leaves() -> None:
    shared = pool()
    use(shared, "a", "b", "c", "a", "d")
    assert keys(shared) == ["c", "a", "d"]


def test_a_model_in_use_never_leaves() -> None:
    shared = pool()
    held = shared.acquire(card("a"))
    use(shared, "b", "c", "d", "e")
    assert "a" in keys(shared)
    assert shared.acquire(card("a")) is held


def test_never_over_the_budget() -> None:
    shared = pool(megabytes=5)
    for number in range(60):
        use(shared, f"{number % 7}")
        shared.release(shared.acquire(card(f"large {number % 3}", megabytes=1 + number % 4)))
        assert shared.memory_bytes() <= 5_000_000


def test_no_room_beside_models_in_use_evicts_nothing() -> None:
    shared = pool()
    use(shared, "idle")
    held = shared.acquire(card("held", megabytes=2))
    with pytest.raises(NoRoomYet):
        shared.acquire(card("large", megabytes=2))
    assert keys(shared) == ["idle", "held"]
    shared.release(held)
    use(shared, "idle")
    assert shared.acquire(card("large", megabytes=2))
    assert keys(shared) == ["idle", "large"]


def test_what_can_never_fit_is_refused() -> None:
    with pytest.raises(OutOfMemory) as refused:
        pool().acquire(card("huge", megabytes=4))
    assert refused.value.values == {"model": "huge", "needed_mb": 4.0, "budget_mb": 3}


def test_a_failed_load_fails_all_who_wait_and_is_forgotten() -> None:
    missing = WeightsMissing(model="model", file="f", folder="d")
    loader = CountingLoader(until=lambda: not loader.errors or shared.contents()[0].in_use == 6, errors=[missing])
    shared = pool(loader)

    def acquire(_: int) -> object:
        try:
            return shared.acquire(card())
        except WeightsMissing as error:
            return error

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(acquire, range(6)))
    assert all(isinstance(outcome, WeightsMissing) for outcome in outcomes)
    assert shared.contents() == ()
    assert shared.acquire(card())
    assert len(loader.loads) == 2


def test_evict_idle_and_forget() -> None:
    shared = pool()
    use(shared, "a", "b")
    held = shared.acquire(card("c"))
    assert shared.evict_idle() == 2
    assert keys(shared) == ["c"]
    shared.forget("c")
    fresh = shared.acquire(card("c"))
    assert fresh is not held
    shared.release(held)
    assert shared.contents()[0].in_use == 1


def test_an_idle_model_can_be_evicted_by_name_and_one_in_use_cannot() -> None:
    shared = pool()
    model = shared.acquire(card("a"))
    assert not shared.evict("a")
    shared.release(model)
    assert shared.evict("a")
    assert not shared.evict("a")
    assert keys(shared) == []
