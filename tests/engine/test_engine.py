"""Does one request get its one answer, is nothing computed twice, and is what cannot be done refused at once?"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.fakes import (
    TRACE,
    CountingLoader,
    FakeClock,
    Maker,
    Named,
    brightness,
    broken,
    card,
    counted,
    gate,
    gated,
    gives_a_number,
    gives_nothing,
    photo,
    quits,
    traced,
    value_of,
)
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import ResultHandle
from vizcore.errors import Busy, Cancelled, DeadlinePassed, InternalError, TooManyRequests, WeightsMissing
from vizcore.zoo.cards import ModelCard


def test_nothing_happens_before_the_first_request(make_engine: Maker) -> None:
    loader = CountingLoader()
    others = set(threading.enumerate())
    status = make_engine(loader, device="auto").status()
    assert (status.device, status.wanted, status.calls, status.models) == ("", "auto", 0, ())
    assert loader.loads == []
    assert not set(threading.enumerate()) - others


def test_an_answer_and_who_gave_it(make_engine: Maker) -> None:
    result = make_engine().run(brightness, "model", photo(7))
    assert value_of(result) == 7
    assert result.provenance.device == "cpu"
    assert result.provenance.timing_ms.keys() == {"wait", "model"}
    assert result.provenance.notes == ()


def test_asking_again_runs_no_model(make_engine: Maker) -> None:
    loader = CountingLoader()
    engine = make_engine(loader)
    first = engine.run(brightness, "model", photo(7), session="a")
    again = engine.run(brightness, "model", photo(7, "another name"), session="b")
    assert again is first
    assert (engine.status().calls, engine.status().cache_hits) == (1, 1)
    engine.run(brightness, "model", photo(8))
    engine.run(brightness, "other model", photo(7))
    assert engine.status().calls == 3
    assert [key for key, _ in loader.loads] == ["model", "other model"]


def test_known_answers_need_no_queue(make_engine: Maker) -> None:
    engine = make_engine(queue_limit=0 + 1, session_limit=1)
    engine.run(brightness, "model", photo(7), session="a")
    gate("busy")
    engine.submit(gated, "model", photo(), Named("busy"), session="a")
    assert value_of(engine.run(brightness, "model", photo(7), session="a")) == 7


def test_other_weights_are_another_answer(make_engine: Maker) -> None:
    class Replaced(CountingLoader):
        def __call__(self, its_card: ModelCard, device: str):  # type: ignore[no-untyped-def]
            model = super().__call__(its_card, device)
            model.weights_sha256 = f"version {sum(key == its_card.key for key, _ in self.loads)}"
            return model

    engine = make_engine(Replaced(), memory_mb=1)
    engine.run(brightness, "model", photo(7))
    engine.run(brightness, "other", photo(7))  # pushes the first model out
    engine.run(brightness, "model", photo(8))  # its second version
    engine.run(brightness, "model", photo(7))
    assert engine.status().calls == 4


def test_six_clicks_are_one_run(make_engine: Maker) -> None:
    engine = make_engine(session_limit=1)
    begun, go_on = gate("six")
    handles = [engine.submit(gated, "model", photo(), Named("six"), session="a") for _ in range(6)]
    assert begun.wait(PATIENCE_S)
    handles += [engine.submit(gated, "model", photo(), Named("six"), session=name) for name in "bcd"]
    go_on.set()
    assert len({id(handle.result(PATIENCE_S)) for handle in handles}) == 1
    assert TRACE == ["six"]
    assert engine.status().calls == 1


def test_twelve_sessions_one_load(make_engine: Maker) -> None:
    loader = CountingLoader(until=lambda: engine.status().queue_length == 11)
    engine = make_engine(loader)
    with ThreadPoolExecutor(12) as threads:
        list(threads.map(lambda i: engine.run(brightness, "model", photo(i), session=str(i)), range(12)))
    assert len(loader.loads) == 1


def test_every_session_gets_its_own_answer(make_engine: Maker) -> None:
    engine = make_engine()

    def visit(number: int) -> list[float]:
        pictures = [photo((number * 10 + i) % 256) for i in range(5)]
        return [value_of(engine.run(brightness, "model", each, session=str(number))) for each in pictures]

    with ThreadPoolExecutor(16) as threads:
        for number, values in enumerate(threads.map(visit, range(16))):
            assert values == [(number * 10 + i) % 256 for i in range(5)]


def test_turns_go_round_among_sixteen_sessions(make_engine: Maker) -> None:
    engine = make_engine(session_limit=4)
    begun, go_on = gate("first")
    engine.submit(gated, "model", photo(), Named("first"), session="first")
    assert begun.wait(PATIENCE_S)
    names = [f"{letter}{number}" for letter in "abcdefghijklmnop" for number in range(3)]
    handles = [engine.submit(traced, "model", photo(), Named(name), session=name[0]) for name in names]
    assert [handles[names.index(name)].position() for name in ("a0", "p0", "a1", "p2")] == [1, 16, 17, 48]
    assert engine.status().queue_length == 48
    go_on.set()
    for handle in handles:
        handle.result(PATIENCE_S)
    rounds = [TRACE[1:][start : start + 16] for start in range(0, 48, 16)]
    assert rounds == [[f"{letter}{number}" for letter in "abcdefghijklmnop"] for number in range(3)]


def test_a_full_queue_refuses_at_once(make_engine: Maker) -> None:
    engine = make_engine(queue_limit=3)
    begun, go_on = gate("busy")
    engine.submit(gated, "model", photo(), Named("busy"), session="a")
    assert begun.wait(PATIENCE_S)
    handles = [engine.submit(brightness, "model", photo(i), session=str(i)) for i in range(3)]
    with pytest.raises(Busy) as refused:  # while the one under way still waits for go_on
        engine.submit(brightness, "model", photo(9), session="z")
    assert refused.value.values["retry_s"] == 1
    joined = engine.submit(brightness, "model", photo(0), session="z")  # costs nothing, so it may
    go_on.set()
    assert value_of(joined.result(PATIENCE_S)) == value_of(handles[0].result(PATIENCE_S))


def test_tabs_of_one_visitor_share_a_limit_where_strangers_come(make_engine: Maker) -> None:
    for hosted in (True, False):
        engine = make_engine(session_limit=2, visitor_limit=3, hosted=hosted)
        engine.know_visitors(lambda session: session[0] if session != "-" else "")
        begun, go_on = gate(f"busy {hosted}")
        engine.submit(gated, "model", photo(), Named(f"busy {hosted}"), session="a1")
        assert begun.wait(PATIENCE_S)
        for number, session in enumerate(("a1", "a2", "b1", "-")):
            engine.submit(brightness, "model", photo(number + 1), session=session)
        if hosted:
            with pytest.raises(TooManyRequests) as refused:
                engine.submit(brightness, "model", photo(9), session="a3")
            assert refused.value.values == {"limit": 3}
        else:
            engine.submit(brightness, "model", photo(9), session="a3")
        engine.submit(brightness, "model", photo(1), session="a3")  # under way already: costs nothing
        go_on.set()


def test_a_session_has_a_limit_of_its_own(make_engine: Maker) -> None:
    engine = make_engine(session_limit=2)
    begun, go_on = gate("busy")
    engine.submit(gated, "model", photo(), Named("busy"), session="a")
    assert begun.wait(PATIENCE_S)
    waiting = engine.submit(brightness, "model", photo(1), session="a")
    with pytest.raises(TooManyRequests) as refused:
        engine.submit(brightness, "model", photo(2), session="a")
    assert refused.value.values == {"limit": 2}
    assert engine.submit(brightness, "model", photo(1), session="a").position() == waiting.position() == 1
    engine.submit(brightness, "model", photo(2), session="b")
    waiting.cancel()
    go_on.set()
    assert value_of(engine.submit(brightness, "model", photo(2), session="a").result(PATIENCE_S)) == 2


def test_what_waited_too_long_is_not_begun(make_engine: Maker) -> None:
    clock = FakeClock()
    engine = make_engine(clock=clock)
    begun, go_on = gate("long")
    running = engine.submit(gated, "model", photo(), Named("long"), session="a", deadline_s=3)
    assert begun.wait(PATIENCE_S)
    late = engine.submit(traced, "model", photo(1), Named("late"), session="b", deadline_s=3)
    patient = engine.submit(traced, "model", photo(1), Named("patient"), session="c", deadline_s=30)
    clock.now += 10
    go_on.set()
    assert patient.result(PATIENCE_S)
    assert running.result(PATIENCE_S), "what has begun is brought to its end"
    with pytest.raises(DeadlinePassed) as passed:
        late.result(PATIENCE_S)
    assert passed.value.values == {"deadline_s": 3}
    assert TRACE == ["long", "patient"]


def test_a_deadline_does_not_wait_for_the_turn(make_engine: Maker) -> None:
    engine = make_engine()
    begun, _ = gate("long")
    long = engine.submit(gated, "model", photo(), Named("long"), session="a")
    assert begun.wait(PATIENCE_S)
    with pytest.raises(DeadlinePassed):
        engine.run(brightness, "model", photo(1), session="b", deadline_s=0.05)
    assert not long.done(), "it still has the turn"
    assert engine.status().queue_length == 0


def test_late_requests_make_room_in_a_full_queue(make_engine: Maker) -> None:
    clock = FakeClock()
    engine = make_engine(clock=clock, queue_limit=1)
    begun, _ = gate("long")
    engine.submit(gated, "model", photo(), Named("long"), session="a")
    assert begun.wait(PATIENCE_S)
    late = engine.submit(brightness, "model", photo(1), session="b", deadline_s=3)
    clock.now += 10
    assert engine.submit(brightness, "model", photo(2), session="c").position() == 1
    assert late.state == "failed"


def test_cancelling_what_waits(make_engine: Maker) -> None:
    engine = make_engine()
    begun, go_on = gate("busy")
    engine.submit(gated, "model", photo(), Named("busy"), session="a")
    assert begun.wait(PATIENCE_S)
    handle = engine.submit(traced, "model", photo(1), Named("unwanted"), session="b")
    handle.cancel()
    assert handle.state == "cancelled"
    with pytest.raises(Cancelled):
        handle.result()
    go_on.set()
    engine.run(brightness, "model", photo(2), session="c")
    assert TRACE == ["busy"]


def test_cancelling_leaves_the_others_their_answer(make_engine: Maker) -> None:
    engine = make_engine()
    begun, go_on = gate("shared")
    one, other = (engine.submit(gated, "model", photo(), Named("shared"), session=name) for name in "ab")
    assert begun.wait(PATIENCE_S)
    one.cancel()
    go_on.set()
    assert other.result(PATIENCE_S)
    assert one.state == "cancelled"


def test_a_click_after_cancelling_joins_the_run_that_cannot_stop(make_engine: Maker) -> None:
    engine = make_engine()
    begun, go_on = gate("again")
    engine_ticket = engine.submit(gated, "model", photo(), Named("again"), session="a")
    assert begun.wait(PATIENCE_S)
    engine_ticket.cancel()
    again = engine.submit(gated, "model", photo(), Named("again"), session="a")
    go_on.set()
    assert again.result(PATIENCE_S)
    assert TRACE == ["again"]


def test_a_caller_may_stop_waiting_and_come_back(make_engine: Maker) -> None:
    engine = make_engine()
    _, go_on = gate("slow")
    handle = engine.submit(gated, "model", photo(), Named("slow"))
    with pytest.raises(TimeoutError):
        handle.result(timeout=0.02)
    assert not handle.done()
    go_on.set()
    assert handle.result(PATIENCE_S)
    assert handle.done()


def test_an_interrupted_caller_frees_its_place(make_engine: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine()
    begun, _ = gate("busy")
    engine.submit(gated, "model", photo(), Named("busy"), session="a")
    assert begun.wait(PATIENCE_S)

    def interrupted(handle: ResultHandle, timeout: float | None = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ResultHandle, "result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.run(brightness, "model", photo(1), session="b")
    assert engine.status().queue_length == 0


def test_closing_a_session_ends_its_work_only(make_engine: Maker) -> None:
    engine = make_engine()
    begun, go_on = gate("running")
    running = engine.submit(gated, "model", photo(), Named("running"), session="a")
    assert begun.wait(PATIENCE_S)
    waiting = engine.submit(brightness, "model", photo(1), session="a")
    of_another = engine.submit(brightness, "model", photo(2), session="b")
    engine.close_session("a")
    assert (running.state, waiting.state) == ("cancelled", "cancelled")
    go_on.set()
    assert of_another.result(PATIENCE_S)


@pytest.mark.parametrize("operation", [broken, quits, gives_a_number, gives_nothing])
def test_a_mistake_of_ours_is_told_and_stops_nobody(make_engine: Maker, operation: object) -> None:
    engine = make_engine()
    with pytest.raises(InternalError) as told:
        engine.run(operation, "model", photo(1))  # type: ignore[arg-type]
    assert told.value.values == {"where": f"tests.engine.fakes.{operation.__name__}"}  # type: ignore[attr-defined]
    cause = told.value.__cause__
    assert cause is not None
    assert cause.__traceback__ is None, "its frames would keep pictures in memory"
    assert value_of(engine.run(brightness, "model", photo(1))) == 1
    assert engine.status().models[0].in_use == 0


def test_logs_know_no_names_and_no_messages(make_engine: Maker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "vizcore")
    engine = make_engine()
    with pytest.raises(InternalError):
        engine.run(broken, "model", photo(1, "ALICE.jpg"))
    engine.run(brightness, "model", photo(1, "ALICE.jpg"))
    assert "KeyError" in caplog.text
    assert "fakes.py:" in caplog.text
    assert "canary" not in caplog.text
    assert "ALICE" not in caplog.text
    assert "/" not in caplog.text


def test_a_failed_load_is_tried_again(make_engine: Maker) -> None:
    loader = CountingLoader(errors=[WeightsMissing(model="model", file="f", folder="d")])
    engine = make_engine(loader)
    with pytest.raises(WeightsMissing):
        engine.run(brightness, "model", photo(1))
    assert value_of(engine.run(brightness, "model", photo(1))) == 1


def test_several_callers_get_an_error_each(make_engine: Maker) -> None:
    all_ask = threading.Event()
    loader = CountingLoader(all_ask.is_set, errors=[WeightsMissing(model="model", file="f", folder="d")])
    engine = make_engine(loader)
    handles = [engine.submit(brightness, "model", photo(1), session=name) for name in "abc"]
    all_ask.set()
    errors = []
    for handle in handles:
        with pytest.raises(WeightsMissing) as missing:
            handle.result(PATIENCE_S)
        errors.append(missing.value)
    assert len({id(error) for error in errors}) == 3
    assert errors[0].values == {"model": "model", "file": "f", "folder": "d"}


def test_deleted_pictures_take_their_answers_along(make_engine: Maker) -> None:
    engine = make_engine()
    mine, theirs = photo(1), photo(2)
    for each in (mine, theirs):
        engine.run(brightness, "model", each)
    engine.forget([mine.sha256])
    for each in (mine, theirs):
        engine.run(brightness, "model", each)
    assert engine.status().calls == 3


def test_what_is_worked_on_while_its_picture_is_deleted_is_not_kept(make_engine: Maker) -> None:
    engine = make_engine()
    mine, named = photo(1), Named("deleted meanwhile")
    begun, go_on = gate(named.name)
    handle = engine.submit(gated, "model", mine, named)
    assert begun.wait(PATIENCE_S)
    engine.forget([mine.sha256])
    go_on.set()
    handle.result(PATIENCE_S)
    assert engine.status().cache_bytes == 0
    engine.run(gated, "model", mine, named)
    assert engine.status().cache_bytes > 0  # asked for again, it is kept again


def test_answers_stay_within_their_budget(make_engine: Maker) -> None:
    engine = make_engine(cache_mb=0)
    for _ in range(3):
        engine.run(brightness, "model", photo(1))
    assert (engine.status().calls, engine.status().cache_bytes) == (3, 0)


def test_long_work_can_be_run_for_its_answer(make_engine: Maker) -> None:
    engine = make_engine()
    assert value_of(engine.run(counted, "model", photo(), Named("n", 4))) == 4
    assert value_of(engine.run(counted, "model", photo(), Named("n", 4))) == 4
    assert engine.status().calls == 1


def test_two_devices_work_side_by_side(make_engine: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.device_models.resolve_device", lambda wanted: wanted)
    engine = make_engine(device="cuda:0,cuda:1")
    gates = [gate(name) for name in "ab"]
    handles = [engine.submit(gated, "model", photo(), Named(name), session=name) for name in "ab"]
    for begun, go_on in gates:
        assert begun.wait(PATIENCE_S), "both are running at once"
        go_on.set()
    assert {handle.result(PATIENCE_S).provenance.device for handle in handles} == {"cuda:0", "cuda:1"}
    assert engine.status().devices == ("cuda:0", "cuda:1")


def test_a_closed_engine_refuses_and_ends(make_engine: Maker) -> None:
    of_others = set(threading.enumerate())  # other tests' engines in this process
    engine = make_engine()
    engine.run(brightness, "model", photo(1))
    own = [each for each in set(threading.enumerate()) - of_others if each.name.startswith("vizcore-engine")]
    assert own
    engine.close()
    wait_until(lambda: not any(each.is_alive() for each in own))
    with pytest.raises(Cancelled):
        engine.submit(brightness, "model", photo(2))


def test_an_unknown_model_is_told_by_its_own_error(make_engine: Maker) -> None:
    def find_card(key: str) -> ModelCard:
        raise WeightsMissing(model=key, file="", folder="")

    with pytest.raises(WeightsMissing):
        make_engine(find_card=find_card).run(brightness, "nobody", photo(1))
    assert card("x").key == "x"


def test_a_machine_without_room_for_a_thread_is_asked_again(
    make_engine: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    engine = make_engine()
    with monkeypatch.context() as full:
        full.setattr(threading.Thread, "start", start)
        with pytest.raises(RuntimeError):
            engine.submit(brightness, "model", photo(5))
    assert engine.status().queue_length == 0
    assert value_of(engine.submit(brightness, "model", photo(5)).result(PATIENCE_S)) == 5
