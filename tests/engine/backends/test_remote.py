"""Does work that is done on replicas give the same answers, positions and refusals, whatever happens to a replica?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from tests.engine import fakes
from tests.engine.backends.conftest import Pair
from tests.engine.fakes import Named, brightness, broken, counted, gated, gated_steps, photo, value_of
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import NO_MODEL, Request
from vizcore.engine.backends.done_here import DoneHere
from vizcore.engine.backends.keys import photo_of
from vizcore.errors import (
    Busy,
    Cancelled,
    ClusterUnreachable,
    InternalError,
    OutOfMemory,
    ReplicaLost,
    TooManyRequests,
)
from vizcore.photo import Photo, pixels_sha256
from vizcore.results import Embedding, Provenance

OnCluster = Callable[..., Pair]


@dataclass(frozen=True, eq=False)
class HashedEmbedding(Embedding):
    """A result with a hash, as a segmenter's embedding is, so that it can be asked about again."""

    sha256: str


def own_hash(model: object, picture: Photo, settings: Named) -> HashedEmbedding:
    return HashedEmbedding(Provenance(photos_sha256=(picture.sha256,)), np.arange(9.0), "layer", "e" * 64)


def dimension(model: object, embedding: Embedding, settings: object) -> Embedding:
    return fakes.answer(float(embedding.dimension))


def embedded(model: fakes.FakeModel, picture: Photo, settings: Named) -> HashedEmbedding:
    """As a segmenter's: it has the hash of its photo."""
    made = Provenance(photos_sha256=(picture.sha256,), model=model.card.key, settings={"layer": settings.name})
    return HashedEmbedding(made, np.arange(float(len(model.card.key))), "layer", picture.sha256)


def how_many(model: object, photos: tuple[Photo, ...], settings: object) -> Embedding:
    return fakes.answer(float(sum(pixels_sha256(each.rgb) == each.sha256 for each in photos)))


def test_the_answer_is_the_same_and_stays_read_only(on_cluster: OnCluster, make_engine: fakes.Maker) -> None:
    here, there = make_engine(), on_cluster().engine
    mine, theirs = here.run(brightness, "model", photo(7)), there.run(brightness, "model", photo(7))
    assert isinstance(mine, Embedding)
    assert isinstance(theirs, Embedding)
    assert mine.vector.tobytes() == theirs.vector.tobytes()
    assert not theirs.vector.flags.writeable
    assert theirs.provenance.device == "cpu"
    assert theirs.provenance.timing_ms.keys() == {"wait", "model", "transfer"}


def test_no_picture_travels_twice_to_a_replica_and_none_with_its_name(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    large = Photo(np.full((300, 300, 3), 9, np.uint8), "ALICE.jpg")
    pair.engine.run(brightness, "model", large)
    pair.engine.run(brightness, "other", large)
    first, second = [sent for _, method, sent in pair.cluster.calls if method == "begin"]
    assert first > large.rgb.nbytes > 10_000 > second


def test_a_gallery_is_handed_over_once_and_all_together(on_cluster: OnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = on_cluster(1)
    gallery = tuple(photo(value) for value in range(20))
    assert value_of(pair.engine.run(how_many, "model", gallery)) == 20
    assert value_of(pair.engine.run(how_many, "model", (*gallery[:19], photo(99)))) == 20
    assert pair.cluster.puts == [], "small photos go with the call, each once"
    first, second = [sent for _, method, sent in pair.cluster.calls if method == "begin"]
    assert first - second > 15 * photo().rgb.nbytes
    monkeypatch.setattr("vizcore.engine.backends.parcel.WITH_CALL_BYTES", 0)
    monkeypatch.setattr("vizcore.engine.backends.references.COPIED_BYTES", 0)
    monkeypatch.setattr("vizcore.engine.backends.references.BUNDLE_BYTES", 1000)
    large = tuple(photo(value) for value in range(30, 50))
    for key in ("model", "other"):
        assert value_of(pair.engine.run(how_many, key, large)) == 20
    assert len(pair.cluster.puts) == 2, "what it begins with, and all the others"
    assert not set(pair.cluster.replicas["vis-0"]._inputs.list_keys()) & {each.sha256 for each in large}, "only read"


def test_a_replica_that_forgot_a_picture_is_given_it_again(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    pair.engine.run(brightness, "model", photo(5))
    pair.cluster.replicas["vis-0"].forget([photo(5).sha256])
    assert value_of(pair.engine.run(brightness, "other", photo(5))) == 5


def test_what_a_visitor_leaves_is_forgotten_everywhere(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    embedding = pair.engine.run(own_hash, "model", photo(5), Named("a"))
    assert value_of(pair.engine.run(dimension, "model", embedding)) == 9
    inputs = pair.cluster.replicas["vis-0"]._inputs
    assert set(map(photo_of, inputs.list_keys())) == {photo(5).sha256, "e" * 64}
    pair.engine.forget({photo(5).sha256})
    assert inputs.list_keys() == [], "the picture, and what was made of it"
    assert set(map(photo_of, pair.engine._backend.replicas.references.known())) <= {"e" * 64}  # type: ignore[attr-defined]


def test_an_embedding_is_used_where_it_was_made(on_cluster: OnCluster) -> None:
    pair = on_cluster(2)
    embedding = pair.engine.run(own_hash, "model", photo(5), Named("a"))
    pair.engine.run(dimension, "model", embedding)
    begun = [(name, sent) for name, method, sent in pair.cluster.calls if method == "begin"]
    assert begun[0][0] == begun[1][0]
    assert begun[1][1] < 3000, "its hash travelled, not its numbers"


@pytest.mark.parametrize("lost", [False, True])
def test_a_photo_and_each_model_s_embedding_of_it_are_told_apart(on_cluster: OnCluster, lost: bool) -> None:
    pair = on_cluster(1)
    run = pair.engine.run
    short, long = (run(embedded, key, photo(5), Named("a")) for key in ("own", "another"))
    other = run(embedded, "own", photo(5), Named("b"))
    held = pair.cluster.replicas["vis-0"]._inputs
    assert len(held.list_keys()) == 4
    if lost:
        held.forget([photo(5).sha256])
    assert value_of(run(brightness, "own", photo(5))) == 5
    assert [value_of(run(dimension, key, each)) for key, each in (("x", short), ("y", long), ("z", other))] == [3, 7, 3]
    assert value_of(run(brightness, "another", photo(5))) == 5
    pair.engine.forget({photo(5).sha256})
    assert held.list_keys() == []
    assert not pair.engine._backend.replicas.references.known()  # type: ignore[attr-defined]


def test_requests_go_where_their_model_is_loaded(on_cluster: OnCluster) -> None:
    pair = on_cluster(2)
    pair.engine.run(brightness, "a", photo(1))
    for number in range(2, 6):
        pair.engine.run(brightness, "a", photo(number))
    assert pair.cluster.methods("vis-0").count("begin") == 5
    assert pair.cluster.methods("vis-1").count("begin") == 0


def test_two_replicas_work_at_the_same_time(on_cluster: OnCluster) -> None:
    pair = on_cluster(2)
    pair.engine.run(brightness, NO_MODEL, photo())  # finds both
    gates = {name: fakes.gate(name) for name in "ab"}
    handles = [pair.engine.submit(gated, NO_MODEL, photo(), Named(name), session=name) for name in "ab"]
    for begun, _ in gates.values():
        assert begun.wait(PATIENCE_S)
    for _, go_on in gates.values():
        go_on.set()
    assert [value_of(handle.result(PATIENCE_S)) for handle in handles] == [1, 1]


def test_the_same_refusals_and_positions(on_cluster: OnCluster) -> None:
    engine = on_cluster(1, queue_limit=2, session_limit=3).engine
    begun, _ = fakes.gate("a")
    engine.submit(gated, "model", photo(), Named("a"), session="one")
    assert begun.wait(PATIENCE_S)
    waiting = [engine.submit(brightness, "model", photo(number), session="one") for number in (1, 2)]
    assert [handle.position() for handle in waiting] == [1, 2]
    with pytest.raises(TooManyRequests):
        engine.submit(brightness, "model", photo(3), session="one")
    with pytest.raises(Busy):
        engine.submit(brightness, "model", photo(4), session="other")


def test_errors_travel_with_their_values(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    with pytest.raises(InternalError) as caught:
        pair.engine.run(broken, "model", photo())
    assert "SECRET" not in repr(caught.value)
    assert caught.value.values == {"where": "tests.engine.fakes.broken"}


def test_a_job_shows_all_its_steps_and_is_stopped_there_too(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    job = pair.engine.start(counted, "model", photo(), Named("j", 5, pause_s=0.01))
    assert value_of(job.result(PATIENCE_S)) == 5
    assert [step for step, _ in job.history()] == [1, 2, 3, 4, 5]
    begun, go_on = fakes.gate("k")
    endless = pair.engine.start(gated_steps, "model", photo(), Named("k", 1000))
    assert begun.wait(PATIENCE_S)
    go_on.set()
    wait_until(lambda: endless.snapshot() is not None)
    endless.cancel()
    assert value_of(endless.result()) == 1, "the best so far"
    wait_until(lambda: "stop" in pair.cluster.methods("vis-0"))
    go_on.set()
    wait_until(lambda: "k closed" in fakes.TRACE)


def test_short_requests_come_between_the_steps_of_a_job(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    job = pair.engine.start(counted, "model", photo(), Named("j", 10**6, pause_s=0.005), session="long")
    wait_until(lambda: job.state == "running")
    assert value_of(pair.engine.run(brightness, "model", photo(3), session="visitor")) == 3
    assert not job.done()
    job.cancel()


def test_nobody_sees_that_a_replica_died(on_cluster: OnCluster) -> None:
    pair = on_cluster(2)
    pair.engine.run(brightness, NO_MODEL, photo())
    begun, _ = fakes.gate("a")
    handle = pair.engine.submit(gated, "model", photo(), Named("a"))
    assert begun.wait(PATIENCE_S)
    (busy,) = [name for name in ("vis-0", "vis-1") if "poll" in pair.cluster.methods(name) or _running(pair, name)]
    pair.cluster.kill(busy)
    assert value_of(handle.result(PATIENCE_S)) == 1
    assert pair.engine.status().absent == (busy,)
    pair.cluster.start(busy)
    wait_until(lambda: not pair.engine.status().absent)


def _running(pair: Pair, name: str) -> bool:
    return pair.cluster.replicas[name]._engine.status().running > 0


def test_a_job_whose_replica_died_begins_again_and_says_so(on_cluster: OnCluster) -> None:
    pair = on_cluster(2)
    pair.engine.run(brightness, NO_MODEL, photo())
    job = pair.engine.start(counted, "model", photo(), Named("j", 60, pause_s=0.01))
    wait_until(lambda: len(job.history()) > 3)
    (busy,) = [name for name in ("vis-0", "vis-1") if _running(pair, name)]
    pair.cluster.kill(busy)
    result = job.result(PATIENCE_S)
    assert value_of(result) == 60
    assert [step for step, _ in job.history()] == list(range(1, 61)), "no step twice, none left out"
    assert [note.code for note in result.provenance.notes] == ["begun_again"]


def test_work_that_brings_replicas_down_is_given_up(on_cluster: OnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = on_cluster(2)
    pair.engine.run(brightness, NO_MODEL, photo())
    monkeypatch.setattr(pair.cluster, "call", _deadly(pair.cluster.call))
    with pytest.raises(ReplicaLost):
        pair.engine.run(brightness, "model", photo(1))


def _deadly(call: Callable[..., object]) -> Callable[..., object]:
    from vizcore.engine.backends.transport import ReplicaGone

    def dies(replica: str, method: str, *arguments: object, timeout_s: float) -> object:
        if method == "begin":
            raise ReplicaGone(replica)
        return call(replica, method, *arguments, timeout_s=timeout_s)

    return dies


def test_a_slow_replica_is_passed_over(on_cluster: OnCluster) -> None:
    pair = on_cluster(2)
    pair.engine.run(brightness, NO_MODEL, photo())
    pair.cluster.slow = {("vis-0", "begin")}
    assert [value_of(pair.engine.run(brightness, "model", photo(number))) for number in range(1, 5)] == [1, 2, 3, 4]


def test_no_cluster_is_one_sentence_and_no_repeated_knocking(on_cluster: OnCluster) -> None:
    pair = on_cluster()
    pair.cluster.refusal = ClusterUnreachable(address="127.0.0.1:1")
    for _ in range(3):
        with pytest.raises(ClusterUnreachable):
            pair.engine.run(brightness, "model", photo(1))
    assert pair.cluster.connections == 1


def test_no_cluster_and_leave_to_do_it_here(on_cluster: OnCluster) -> None:
    pair = on_cluster(cluster_fallback=True)
    pair.cluster.refusal = ClusterUnreachable(address="127.0.0.1:1")
    result = pair.engine.run(brightness, "model", photo(6))
    assert value_of(result) == 6
    status = pair.engine.status()
    assert [(each.key, each.device) for each in status.models] == [("model", "cpu")]
    assert (status.device, status.calls) == ("cpu", 1)
    assert [note.code for note in result.provenance.notes] == ["done_here"]
    job = pair.engine.start(counted, "model", photo(), Named("j", 4))
    assert value_of(job.result(PATIENCE_S)) == 4
    assert len(job.history()) == 4


@pytest.mark.parametrize("away", [False, True])
def test_a_visitor_s_own_model_answers_here_and_nowhere_else(on_cluster: OnCluster, away: bool) -> None:
    pair = on_cluster()
    if away:
        pair.cluster.refusal = ClusterUnreachable(address="127.0.0.1:1")
    else:
        pair.engine.run(brightness, "model", photo(1))
    own = pair.engine.run(brightness, "own-1", photo(6))
    assert value_of(own) == 6
    assert own.provenance.notes == (), "it is as it should be"
    job = pair.engine.start(counted, "own-1", photo(), Named("j", 4))
    assert value_of(job.result(PATIENCE_S)) == 4
    assert pair.engine.weights_of("own-1") == "weights of own-1"
    assert [method for _, method, _ in pair.cluster.calls].count("begin") == (0 if away else 1)
    wait_until(lambda: pair.engine.evict("own-1"))
    assert not pair.engine.evict("own-1")


def test_all_replicas_gone_for_too_long(on_cluster: OnCluster) -> None:
    pair = on_cluster(1, deadline_s=0.3)
    pair.engine.run(brightness, NO_MODEL, photo())
    pair.cluster.kill("vis-0")
    with pytest.raises(ClusterUnreachable):
        pair.engine.run(brightness, "model", photo(1), deadline_s=10)


def test_a_visitor_who_leaves_while_no_replica_answers_is_let_go(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    pair.engine.run(brightness, NO_MODEL, photo())
    pair.cluster.kill("vis-0")
    handle = pair.engine.submit(brightness, "model", photo(1), session="s")
    wait_until(lambda: handle.state == "running")
    pair.engine.close_session("s")
    with pytest.raises(Cancelled):
        handle.result(PATIENCE_S)
    wait_until(lambda: pair.engine.status().running == 0)


def test_more_than_the_object_store_holds(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    pair.cluster.room = 10
    large = tuple(Photo(np.full((600, 800, 3), value, np.uint8), "") for value in range(3))
    with pytest.raises(OutOfMemory):
        pair.engine.run(how_many, "model", large)
    wait_until(lambda: "stop" in pair.cluster.methods("vis-0"))
    assert value_of(pair.engine.run(brightness, "model", large[0])) == 0, "nothing waits there for what does not come"


def test_models_are_listed_by_replica_and_dropped(on_cluster: OnCluster) -> None:
    pair = on_cluster(2)
    pair.engine.run(brightness, "model", photo(1))
    (held,) = pair.engine.status().models
    assert (held.key, held.device) == ("model", "vis-0 cpu")
    assert pair.engine.status().replicas == ("vis-0", "vis-1")
    assert pair.engine.evict("model")
    assert pair.engine.status().models == ()
    assert not pair.engine.evict("model")


@pytest.mark.parametrize("model", ["model", "absent"])
def test_a_model_of_an_ended_visit_is_forgotten_without_waiting(on_cluster: OnCluster, model: str) -> None:
    pair = on_cluster(2)
    for number in range(2):
        pair.engine.run(brightness, model, photo(number))
    pair.cluster.slow = {("vis-0", "evict"), ("vis-1", "evict")}  # where it is waited for
    pair.engine.forget_model(model)
    held = [replica._engine.status().models for replica in pair.cluster.replicas.values()]
    assert held == [(), ()]
    assert pair.engine.status().replicas == ("vis-0", "vis-1"), "nobody was found slow"


def test_a_model_is_forgotten_by_a_replica_that_answers_again(on_cluster: OnCluster) -> None:
    pair = on_cluster(1)
    pair.engine.run(brightness, "model", photo(1))
    pair.cluster.slow = {("vis-0", "hello")}
    replicas = pair.engine._backend.replicas  # type: ignore[attr-defined]
    (record,) = replicas.records()
    replicas.lost(record)
    pair.engine.forget_model("model")
    assert "evict" not in pair.cluster.methods("vis-0")
    pair.cluster.slow = set()
    wait_until(lambda: "evict" in pair.cluster.methods("vis-0"))
    assert not record.models_to_forget


def test_models_that_this_process_loaded_itself_are_listed_and_dropped(on_cluster: OnCluster) -> None:
    pair = on_cluster(2, cluster_fallback=True, memory_mb=300)
    pair.engine.run(brightness, "model", photo(1))
    alone = pair.engine.status()
    assert [each.device for each in alone.models] == ["vis-0 cpu"]
    assert alone.devices == ("cpu",), "of the replica that worked; here nothing was done yet"
    local = pair.engine._backend.local  # type: ignore[attr-defined]
    here = DoneHere(local, threading.Lock(), Request(brightness, "model", photo(2), None), 0.0, noted=False)
    here.advance()
    both = pair.engine.status()
    assert [(each.key, each.device, each.in_use) for each in both.models] == [
        ("model", "vis-0 cpu", 0),
        ("model", "cpu", 1),
    ]
    assert both.budget_bytes == alone.budget_bytes + 300_000_000
    assert both.calls == alone.calls + 1
    here.close()
    assert pair.engine.evict("model")
    assert pair.engine.status().models == ()
    assert not pair.engine.evict("model")


def test_many_visitors_while_replicas_come_and_go(on_cluster: OnCluster) -> None:
    pair = on_cluster(2, queue_limit=64)
    pair.engine.run(brightness, NO_MODEL, photo())
    wrong: list[object] = []

    def visit(number: int) -> None:
        for turn in range(20):
            value = (number * 20 + turn) % 250
            try:
                if value_of(pair.engine.run(brightness, "model", photo(value), session=str(number))) != value:
                    wrong.append(value)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for name in ("vis-0", "vis-1", "vis-0"):
        pair.cluster.kill(name)
        pair.cluster.start(name)
        wait_until(lambda: not pair.engine.status().absent)
    for thread in threads:
        thread.join()
    assert wrong == []
