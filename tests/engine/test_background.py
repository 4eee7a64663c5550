"""Does training keep out of the way of short answers, with the same numbers, in the same memory, in fair turns?"""

from __future__ import annotations

import copy
import os
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from tests.engine.fakes import (
    BEGUN,
    GO_ON,
    TRACE,
    CountingLoader,
    FakeModel,
    Maker,
    Named,
    answer,
    brightness,
    card,
    counted,
    gate,
    photo,
    value_of,
)
from tests.learning.test_network import photos, task
from tests.patience import LONG_PATIENCE_S, PATIENCE_S, wait_until
from tests.tiny_models import tiny_cnn
from vizcore.by_hand.training import train_digits
from vizcore.engine import NO_MODEL, device, scheduler
from vizcore.engine.pool import ModelPool, NoRoomYet
from vizcore.engine.task import Task
from vizcore.learning.contest.run import run_contestant
from vizcore.learning.judged import Taught
from vizcore.learning.network import learn_network
from vizcore.photo import Photo
from vizcore.results import Embedding
from vizcore.snapshots import Snapshot, in_background, is_in_background


@in_background
def long_work(model: FakeModel, picture: Photo, settings: Named) -> Iterator[Snapshot]:
    """Each step waits for the test's word; the traces say whose steps they were."""
    for step in range(1, settings.steps + 1):
        TRACE.append(settings.name)
        BEGUN[settings.name].set()
        assert GO_ON[settings.name].wait(PATIENCE_S)
        yield Snapshot(step, settings.steps, result=answer(step))


def how_bright(model: None, picture: Photo, settings: object) -> Embedding:
    return answer(float(picture.rgb.mean()))


@in_background
def niceness_of_training(model: FakeModel, picture: Photo, settings: object) -> Embedding:
    return niceness(model, picture, settings)


def niceness(model: FakeModel, picture: Photo, settings: object) -> Embedding:
    return answer(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))


def test_what_trains_is_marked() -> None:
    assert all(map(is_in_background, (learn_network, run_contestant, train_digits)))
    assert not is_in_background(brightness)


def test_a_short_answer_does_not_wait_for_the_step_under_way(make_engine: Maker) -> None:
    engine, (begun, go_on) = make_engine(), gate("trains")
    job = engine.start(long_work, "model", photo(), Named("trains"), session="a")
    assert begun.wait(PATIENCE_S)
    assert value_of(engine.submit(brightness, "model", photo(7), session="b").result(PATIENCE_S)) == 7
    assert engine.status().devices == ("cpu",)
    assert not go_on.is_set()
    job.cancel()
    assert job.done(), "Stop needs no step to end"
    go_on.set()


def test_two_trainings_take_turns(make_engine: Maker) -> None:
    engine = make_engine()
    gates = {name: gate(name) for name in "ab"}
    jobs = [engine.start(long_work, "model", photo(), Named(name, 2), session=name) for name in "ab"]
    wait_until(lambda: TRACE == ["a"])
    for _begun, go_on in gates.values():
        go_on.set()
    assert [value_of(job.result(PATIENCE_S)) for job in jobs] == [2, 2]
    assert TRACE == ["a", "b", "a", "b"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_only_the_thread_that_trains_steps_back(make_engine: Maker) -> None:
    engine, here = make_engine(), niceness(FakeModel(card(), "cpu"), photo(), None)
    assert value_of(engine.run(niceness_of_training, "model", photo())) == max(device.LOW_PRIORITY, value_of(here))
    assert value_of(engine.run(niceness, "model", photo())) == value_of(here)


def test_training_never_leaves_an_accelerator(make_engine: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.device_models.resolve_device", lambda wanted: wanted)
    engine, (_, go_on) = make_engine(device="cuda:0,cpu"), gate("trains")
    go_on.set()
    job = engine.start(long_work, "model", photo(), Named("trains"))
    assert job.result(PATIENCE_S).provenance.device == "cuda:0"


@pytest.mark.parametrize(
    ("wanted", "platform", "driver", "expected"),
    [
        ("cpu", "linux", True, True),
        ("auto", "linux", False, True),
        ("auto", "linux", True, False),
        ("auto", "darwin", False, False),
        ("cuda:0", "linux", False, False),
    ],
)
def test_where_the_cpu_is_expected(
    wanted: str, platform: str, driver: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(device, "ACCELERATORS", ("/",) if driver else ())
    monkeypatch.setattr(device, "shutil", SimpleNamespace(which=lambda name: None))
    assert device.computes_on_cpu(wanted) is expected


def test_copies_for_a_second_thread_share_one_budget() -> None:
    loader = CountingLoader()
    pool = ModelPool("cpu", 3_000_000, loader)
    beside = pool.beside("background")
    held = beside.acquire(card("a"))
    assert pool.acquire(card("a")) is not held
    assert [each.key for each in (*pool.contents(), *beside.contents())] == ["a", "a"]
    with pytest.raises(NoRoomYet):
        pool.acquire(card("large", megabytes=2))
    assert not beside.evict("a"), "it is in use"
    beside.release(held)
    pool.release(pool.acquire(card("large", megabytes=2)))
    assert beside.contents() == (), "the idle copy made room"
    assert loader.loads == [("a", "cpu"), ("a", "cpu"), ("large", "cpu")]


@pytest.mark.parametrize("waiting", [("b",), ("b", "c")], ids=["one", "all in the line"])
def test_who_waits_for_room_does_not_ask_all_the_time(
    make_engine: Maker, monkeypatch: pytest.MonkeyPatch, waiting: tuple[str, ...]
) -> None:
    monkeypatch.setattr(scheduler, "ROOM_LOOK_S", LONG_PATIENCE_S)
    engine = make_engine(memory_mb=50, find_card=lambda key: card(key, megabytes=30))
    _begun, go_on = gate("trains")
    job = engine.start(long_work, "a", photo(), Named("trains"))
    wait_until(lambda: TRACE == ["trains"])
    turns: list[str] = []
    park = engine._scheduler.park

    def noted(task: Task) -> None:
        turns.append(task.request.model_key)
        park(task)

    monkeypatch.setattr(engine._scheduler, "park", noted)
    handles = [engine.submit(brightness, key, photo(7), session=key) for key in waiting]
    queue = engine._scheduler._queues["cpu"]
    wait_until(lambda: len(turns) >= len(waiting) and not queue.current)
    assert value_of(engine.run(how_bright, NO_MODEL, photo(9))) == 9, "another task is served at once"
    assert len(turns) <= 4 * len(waiting), "the machine rested meanwhile"
    go_on.set()
    job.result(PATIENCE_S)
    monkeypatch.setattr(scheduler, "ROOM_LOOK_S", 0.001)
    engine.run(how_bright, NO_MODEL, photo(10))  # who waits looks again
    assert [value_of(each.result(PATIENCE_S)) for each in handles] == [7] * len(waiting)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Of torch here, whatever engines of other tests have set for the process."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_training_beside_other_answers_draws_the_same_numbers(make_engine: Maker) -> None:
    one = tiny_cnn()
    engine = make_engine(lambda its_card, where: copy.deepcopy(one), threads=1)  # type: ignore[arg-type, return-value]
    job = engine.start(learn_network, "model", photos(), task("scratch"))
    others = [engine.run(counted, "other", photo(number), Named("n", 2), session="b") for number in range(5)]
    found = job.result(PATIENCE_S)
    *_, last = learn_network(one, photos(), task("scratch"))
    assert isinstance(found, Taught)
    assert isinstance(last.result, Taught)
    assert len(others) == 5
    for name, each in last.result.parameters.items():
        np.testing.assert_array_equal(found.parameters[name], each)
