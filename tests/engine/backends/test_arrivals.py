"""Does work begin with its first photos, wait for each of the others, and end when they do not come?"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.engine import fakes
from tests.engine.backends.conftest import Pair
from tests.engine.backends.double import new_replica
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine.backends import arrivals
from vizcore.engine.backends.arrivals import Arrivals, ArrivingPhoto
from vizcore.engine.backends.bundle import bundle
from vizcore.engine.backends.parcel import sort_out
from vizcore.engine.backends.transport import ReplicaGone
from vizcore.engine.backends.wire import ByKey, Call, Update, address_of, pack, unpack
from vizcore.errors import Cancelled, ReplicaLost
from vizcore.photo import Photo, pixels_sha256
from vizcore.results import Embedding, Provenance
from vizcore.snapshots import Snapshot

OnCluster = Callable[..., Pair]


def photos_of(count: int) -> tuple[Photo, ...]:
    return tuple(Photo(np.full((20, 20, 3), value, np.uint8), "") for value in range(count))


def one_by_one(model: object, photos: tuple[Photo, ...], settings: object) -> Iterator[Snapshot]:
    """Looks at each photo in turn: step k has seen k of them."""
    means = []
    for number, each in enumerate(photos, 1):
        assert pixels_sha256(each.rgb) == each.sha256
        means.append(each.rgb.mean())
        yield Snapshot(number, len(photos), {"seen": float(number)})
    yield Snapshot(len(photos), len(photos), result=Embedding(Provenance(operation="seen"), np.array(means), "fake"))


# What goes when


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(10_000, ("abcd", "", "")), (2500, ("ab", "", "cd")), (100, ("", "a", "bcd")), (0, ("", "a", "bcd"))],
)
def test_something_to_begin_with_goes_first(
    limit: int, expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vizcore.engine.backends.parcel.WITH_CALL_BYTES", limit)
    found = sort_out(dict(zip("abcd", photos_of(4), strict=True)))
    assert tuple("".join(part) for part in (found.with_call, found.before, found.after)) == expected


def test_what_is_no_photo_is_there_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.backends.parcel.WITH_CALL_BYTES", 1300)
    first, second = photos_of(2)
    found = sort_out({"a": first, "e": fakes.answer(1.0), "b": second})
    assert (list(found.with_call), list(found.before), list(found.after)) == (["a"], ["e"], ["b"])
    assert sort_out({}) == sort_out({}).__class__()


# A photo on its way


def test_it_is_as_the_photo_once_it_is_there() -> None:
    way, (photo,) = Arrivals(), photos_of(1)
    coming = ArrivingPhoto.on_its_way(photo.sha256, way)
    assert isinstance(coming, Photo)
    assert (coming.sha256, coming.name, coming.notes) == (photo.sha256, "", ())
    timer = threading.Timer(0.05, way.add, [{photo.sha256: photo}])
    timer.start()
    assert coming.rgb is photo.rgb, "waited for"
    assert (coming.width, coming.height) == (20, 20)
    for made in (replace(coming, name="mine"), pickle.loads(pickle.dumps(coming))):
        assert type(made) is Photo
        assert np.array_equal(made.rgb, photo.rgb)
        assert made.sha256 == photo.sha256
    timer.join()


def test_it_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PATIENCE_S", 0.01)
    way = Arrivals()
    with pytest.raises(ReplicaLost):
        _ = ArrivingPhoto.on_its_way("a", way).rgb
    way.end()
    with pytest.raises(Cancelled):
        _ = ArrivingPhoto.on_its_way("a", way).rgb


# The whole way


@pytest.fixture
def few_go_with_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.backends.parcel.WITH_CALL_BYTES", 2500)
    monkeypatch.setattr("vizcore.engine.backends.references.BUNDLE_BYTES", 2500)


def gated_puts(pair: Pair, monkeypatch: pytest.MonkeyPatch, end: Callable[[], object]) -> threading.Event:
    """The first bundle is stored at once, then `end` is called when the test says so, and the others come."""
    go_on, put = threading.Event(), pair.cluster.put

    def slow(objects: Sequence[Any]) -> Iterator[Any]:
        stored = put(objects)
        yield next(stored)
        assert go_on.wait(PATIENCE_S)
        end()
        yield from stored

    monkeypatch.setattr(pair.engine._backend.replicas.references, "_put", slow)  # type: ignore[attr-defined]
    return go_on


@pytest.mark.usefixtures("few_go_with_the_call")
def test_work_begins_with_the_first_photos(
    on_cluster: OnCluster, make_engine: fakes.Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, photos = on_cluster(1), photos_of(9)
    go_on = gated_puts(pair, monkeypatch, lambda: None)
    job = pair.engine.start(one_by_one, "model", photos)
    wait_until(lambda: steps_there(pair) == 4)  # two in the call, two in the first bundle
    go_on.set()
    theirs = job.result(PATIENCE_S)
    mine = make_engine().run(one_by_one, "model", photos)
    assert theirs.vector.tobytes() == mine.vector.tobytes()  # type: ignore[attr-defined]
    assert [step for step, _ in job.history()] == [*range(1, 10), 9]
    assert not pair.cluster.replicas["vis-0"]._arrivals


@pytest.mark.usefixtures("few_go_with_the_call")
def test_a_way_that_breaks_off_leaves_nothing_waiting(on_cluster: OnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    pair, photos = on_cluster(1), photos_of(9)
    pair.engine.run(fakes.brightness, "model", fakes.photo())
    go_on = gated_puts(pair, monkeypatch, lambda: (_ for _ in ()).throw(ReplicaGone("it broke")))
    job = pair.engine.start(one_by_one, "model", photos)
    wait_until(lambda: steps_there(pair) == 4)
    monkeypatch.undo()
    monkeypatch.setattr("vizcore.engine.backends.replicas.LOOK_S", 0.02)
    go_on.set()
    assert job.result(PATIENCE_S).vector.tolist() == list(range(9))  # type: ignore[attr-defined]
    replica = pair.cluster.replicas["vis-0"]
    wait_until(lambda: replica._engine.status().running == 0)
    assert not replica._arrivals


def steps_there(pair: Pair) -> int:
    """How many steps the replica has taken."""
    replica = pair.cluster.replicas.get("vis-0")
    kept = list(replica._jobs.values()) if replica else []
    return len(kept[-1].handle.history()) if kept else 0


def test_photos_may_come_before_their_call_and_after_its_end() -> None:
    replica, photos = new_replica(fakes.settings()), photos_of(3)
    data = [b"".join(bundle({each.sha256: each})) for each in photos]
    job = Call("job", address_of(one_by_one), "", None, tuple(ByKey(each.sha256) for each in photos), None, 5.0,
               tuple(each.sha256 for each in photos[1:]))  # fmt: skip
    replica.bring("job", [], [data[2]])
    replica.bring("job", [data[1]], [])
    update = unpack(replica.begin(pack(job), data[0], [], []), Update)
    assert (update.state, update.best.vector.tolist()) == ("done", [0, 1, 2])
    replica.bring("job", [], [data[1]])
    assert not replica._arrivals, "what comes too late is not kept"
    assert set(replica._inputs.list_keys()) == {photos[0].sha256, photos[1].sha256}, "what was to be kept is"
    assert not unpack(replica.begin(pack(job), data[0], [], []), Update).known, "a call that was stopped does not begin"
    replica.close()


def test_a_call_that_never_comes_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    replica = new_replica(fakes.settings())
    monkeypatch.setattr("vizcore.engine.backends.replica.JOBS_KEPT_S", 0.0)
    replica.bring("job", [], [])
    replica._drop_old_jobs()
    assert not replica._arrivals
    replica.close()
