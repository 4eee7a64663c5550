"""Does long work show itself, stop when asked, keep its best, give way to others and end when nobody watches?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.engine.fakes import (
    GO_ON,
    TRACE,
    CountingLoader,
    FakeClock,
    Maker,
    Named,
    brightness,
    broken,
    counted,
    gate,
    gated,
    gated_steps,
    photo,
    value_of,
)
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import NO_MODEL, Engine, JobHandle
from vizcore.engine.task import Progress
from vizcore.errors import Busy, Cancelled, InternalError
from vizcore.snapshots import Snapshot


def step(job: JobHandle, name: str, number: int) -> None:
    """Lets a `gated_steps` job take its next step and waits until it shows."""
    GO_ON[name].set()
    wait_until(lambda: (shown := job.snapshot()) is not None and shown.step >= number)


def occupied(engine: Engine) -> None:
    """The worker is in the middle of a step until the gate "busy" opens."""
    begun, _ = gate("busy")
    engine.submit(gated, "model", photo(), Named("busy"), session="occupier")
    assert begun.wait(PATIENCE_S)


def test_a_job_from_start_to_end(make_engine: Maker) -> None:
    job = make_engine().start(counted, "model", photo(), Named("j", 4))
    assert value_of(job.result(PATIENCE_S)) == 4
    assert job.state == "done"
    assert job.history() == tuple((i, {"loss": 1 / i}) for i in range(1, 5))
    last = job.snapshot()
    assert last is not None
    assert (last.step, last.total, value_of(last.result)) == (4, 4, 4)
    assert last.result.provenance.device == "cpu"  # type: ignore[union-attr]


def test_a_job_without_a_model(make_engine: Maker) -> None:
    """It stands in the same queue, loads nothing, and is known the second time."""
    loader = CountingLoader()
    engine = make_engine(loader)
    job = engine.start(counted, NO_MODEL, photo(), Named("j", 3))
    result = job.result(PATIENCE_S)
    assert value_of(result) == 3
    assert result.provenance.device == "cpu"
    assert result.provenance.notes == ()
    assert (loader.loads, engine.status().device, engine.status().models) == ([], "", ())
    assert engine.start(counted, NO_MODEL, photo(), Named("j", 3)).result(PATIENCE_S) is result
    failed = engine.start(broken, NO_MODEL, photo())
    with pytest.raises(InternalError):
        failed.result(PATIENCE_S)


def test_states_on_the_way(make_engine: Maker) -> None:
    engine = make_engine()
    occupied(engine)
    gate("j")
    job = engine.start(gated_steps, "model", photo(), Named("j", 2))
    assert (job.state, job.position(), job.snapshot()) == ("waiting", 1, None)
    GO_ON["busy"].set()
    step(job, "j", 1)
    assert (job.state, job.position(), job.done()) == ("running", 0, False)
    GO_ON["j"].set()
    job.result(PATIENCE_S)
    assert (job.state, job.done()) == ("done", True)


def test_two_jobs_alternate(make_engine: Maker) -> None:
    engine = make_engine()
    occupied(engine)
    jobs = [engine.start(counted, "model", photo(), Named(name, 3), session=name) for name in "ab"]
    GO_ON["busy"].set()
    for job in jobs:
        job.result(PATIENCE_S)
    assert TRACE[1:] == ["a1", "b1", "a2", "b2", "a3", "b3"]


def test_a_long_job_lets_visitors_through(make_engine: Maker) -> None:
    engine = make_engine()
    begun, go_on = gate("j")
    job = engine.start(gated_steps, "model", photo(), Named("j", 200), session="long")
    for number in range(5):
        assert begun.wait(PATIENCE_S)
        begun.clear()
        visitor = engine.submit(brightness, "model", photo(number), session="visitor")
        go_on.set()
        assert value_of(visitor.result(PATIENCE_S)) == number
        assert len(job.history()) == number + 1, "after the step under way, before the next"
    job.cancel()
    go_on.set()


def test_the_same_session_is_not_blocked_by_its_own_job(make_engine: Maker) -> None:
    engine = make_engine()
    job = engine.start(counted, "model", photo(), Named("j", 10**6, pause_s=0.005), session="a")
    assert value_of(engine.run(brightness, "model", photo(9), session="a")) == 9
    assert job.state == "running"
    job.cancel()


def test_stopping_keeps_the_best_so_far(make_engine: Maker) -> None:
    engine = make_engine()
    gate("j")
    job = engine.start(gated_steps, "model", photo(), Named("j", 100))
    step(job, "j", 1)
    step(job, "j", 2)
    job.cancel()  # comes back although a step is on its way: that one waits for GO_ON, below
    assert job.state == "cancelled"
    assert value_of(job.result()) == 2
    GO_ON["j"].set()  # the step that was on its way ends, and no other begins
    wait_until(lambda: "j closed" in TRACE)
    wait_until(lambda: engine.status().models[0].in_use == 0)
    assert engine.status().running == 0
    assert value_of(job.result()) == 2


def test_stopping_between_two_steps_needs_no_further_step(make_engine: Maker) -> None:
    engine = make_engine()
    job = engine.start(counted, "model", photo(), Named("j", 1000), session="a")
    occupied(engine)  # the job now stands in the queue, between two steps
    shown = job.snapshot()
    job.cancel()
    GO_ON["busy"].set()
    engine.run(brightness, "model", photo(1), session="b")
    assert shown is not None
    assert TRACE[-1] == "busy"
    assert engine.status().models[0].in_use == 0


def test_stopping_before_it_begins(make_engine: Maker) -> None:
    engine = make_engine()
    occupied(engine)
    job = engine.start(counted, "model", photo(), Named("j"))
    job.cancel()
    with pytest.raises(Cancelled):
        job.result()
    GO_ON["busy"].set()
    engine.run(brightness, "model", photo(1), session="b")
    assert TRACE == ["busy"]


def test_starting_twice_gives_the_same_job(make_engine: Maker) -> None:
    engine = make_engine()
    occupied(engine)
    jobs = [engine.start(counted, "model", photo(), Named("j"), session="a") for _ in range(6)]
    assert len(set(jobs)) == 1
    GO_ON["busy"].set()
    jobs[0].result(PATIENCE_S)
    again = engine.start(counted, "model", photo(), Named("j"), session="a")
    assert again.state == "done"
    assert again.history() == jobs[0].history()
    assert TRACE == ["busy", "j1", "j2", "j3"]


def test_two_sessions_share_one_run_and_stop_apart(make_engine: Maker) -> None:
    engine = make_engine()
    gate("j")
    one, other = (engine.start(gated_steps, "model", photo(), Named("j", 3), session=name) for name in "ab")
    step(one, "j", 1)
    one.cancel()
    step(other, "j", 2)
    step(other, "j", 3)
    assert value_of(other.result(PATIENCE_S)) == 3
    assert value_of(one.result()) == 1
    assert engine.status().calls == 1


def test_a_job_nobody_watches_is_abandoned(make_engine: Maker) -> None:
    clock = FakeClock()
    engine = make_engine(clock=clock, heartbeat_s=15.0, session_limit=1)
    gate("j")
    job = engine.start(gated_steps, "model", photo(), Named("j", 100), session="gone")
    step(job, "j", 1)
    clock.now += 14
    step(job, "j", 2)  # asking counts as watching
    clock.now += 14
    GO_ON["j"].set()
    wait_until(lambda: len(job.history()) >= 3)
    assert job.state == "running"
    clock.now += 15.1
    GO_ON["j"].set()
    wait_until(job.done)
    assert job.state == "abandoned"
    assert value_of(job.result()) >= 3
    wait_until(lambda: "j closed" in TRACE)
    assert value_of(engine.run(brightness, "model", photo(1), session="gone")) == 1


def test_abandoned_jobs_that_wait_free_their_place(make_engine: Maker) -> None:
    clock = FakeClock()
    engine = make_engine(clock=clock, queue_limit=1, heartbeat_s=15)
    occupied(engine)
    job = engine.start(counted, "model", photo(), Named("j"), session="a")
    with pytest.raises(Busy):
        engine.submit(brightness, "model", photo(1), session="b")
    clock.now += 16
    engine.submit(brightness, "model", photo(1), session="b")
    assert job.state == "abandoned"


def test_waiting_for_a_job_counts_as_watching(make_engine: Maker) -> None:
    clock = FakeClock()
    engine = make_engine(clock=clock, heartbeat_s=0.1)
    begun, go_on = gate("j")
    job = engine.start(gated_steps, "model", photo(), Named("j", 8))
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(job.result, PATIENCE_S)
        for _step in range(8):
            assert begun.wait(PATIENCE_S)
            begun.clear()
            clock.now += 0.09
            wait_until(lambda: job._since == clock.now)  # who waits has said so; two such pauses would be too long
            go_on.set()
        assert value_of(waiting.result(PATIENCE_S)) == 8


def test_closing_the_session_stops_its_jobs_within_a_step(make_engine: Maker) -> None:
    engine = make_engine()
    job = engine.start(counted, "model", photo(), Named("j", 1000, pause_s=0.02), session="a")
    wait_until(lambda: job.snapshot() is not None)
    engine.close_session("a")
    taken = len(TRACE)
    assert job.state == "cancelled"
    wait_until(lambda: engine.status().running == 0 and engine.status().models[0].in_use == 0)
    assert len(TRACE) <= taken + 1, "none but the step under way"


def test_an_error_ends_the_job_and_is_kept(make_engine: Maker) -> None:
    job = make_engine().start(broken, "model", photo())
    wait_until(job.done)
    assert job.state == "failed"
    assert isinstance(job.error, InternalError)
    with pytest.raises(InternalError):
        job.result()


def test_jobs_waiting_for_memory_let_the_others_finish_first(make_engine: Maker) -> None:
    engine = make_engine(memory_mb=1)  # room for one of these models at a time
    occupied(engine)
    first = engine.start(counted, "model", photo(), Named("a", 3), session="a")
    second = engine.start(counted, "other", photo(), Named("b", 2), session="b")
    GO_ON["busy"].set()
    assert value_of(second.result(PATIENCE_S)) == 2
    assert value_of(first.result(PATIENCE_S)) == 3
    assert TRACE[1:] == ["a1", "a2", "a3", "b1", "b2"]
    assert [model.key for model in engine.status().models] == ["other"]


def test_the_last_preview_stays_until_the_next() -> None:
    preview = np.zeros((1, 1, 3), np.uint8)
    progress = (
        Progress().after(Snapshot(1, 3)).after(Snapshot(2, 3, preview=preview)).after(Snapshot(3, 3, {"loss": 1.0}))
    )
    assert progress.latest is not None
    assert progress.latest.step == 3
    assert progress.latest.preview is not None
    assert Progress().after(Snapshot(1, 3)).latest.preview is None  # type: ignore[union-attr]
