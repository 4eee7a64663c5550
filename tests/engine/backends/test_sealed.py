"""Does sealed memory reach a replica unchanged, believe nothing of its caller, and give way where it cannot be read?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.engine import fakes
from tests.engine.backends.conftest import Pair
from vizcore.engine.backends import sealed
from vizcore.engine.backends.sealed import NotShared, Sealed, open_sealed, seal
from vizcore.engine.backends.transport import StoreFull
from vizcore.photo import Photo, pixels_sha256
from vizcore.results import Embedding, Provenance
from vizcore.snapshots import Snapshot

OnCluster = Callable[..., Pair]

pytestmark = pytest.mark.skipif(not sealed.possible(), reason="this system has no sealed memory")


def photos_of(count: int, side: int = 100) -> tuple[Photo, ...]:
    return tuple(Photo(np.full((side, side, 3), value, np.uint8), "") for value in range(count))


def means(model: object, photos: tuple[Photo, ...], settings: object) -> Iterator[Snapshot]:
    assert all(pixels_sha256(each.rgb) == each.sha256 for each in photos)
    found = np.array([each.rgb.mean() for each in photos])
    yield Snapshot(1, 1, result=Embedding(Provenance(operation="means"), found, "fake"))


# The memory


def test_what_was_written_is_read_and_stays_as_it_is() -> None:
    there = seal([b"abc", memoryview(b"def")])
    view = open_sealed(there)
    assert view[:] == b"abcdef"
    with pytest.raises(PermissionError):
        os.pwrite(there.descriptor, b"x", 0)
    with pytest.raises(PermissionError):
        os.ftruncate(there.descriptor, 0)
    with pytest.raises(TypeError):
        view[0] = 1
    number = there.descriptor
    del there
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
    assert view[:] == b"abcdef", "its reader keeps it"


def test_nothing_is_believed_of_the_caller(tmp_path: Path) -> None:
    there = seal([b"abcdef"])
    (tmp_path / "file").write_bytes(b"abcdef")
    os.mkfifo(tmp_path / "fifo")
    opened = {name: os.open(tmp_path / name, os.O_RDWR | os.O_NONBLOCK) for name in ("file", "fifo")}
    opened["open"] = os.memfd_create("unsealed", os.MFD_ALLOW_SEALING)
    os.write(opened["open"], b"abcdef")
    known = {name: os.fstat(number) for name, number in opened.items()}
    others = [Sealed(os.getpid(), number, known[name].st_ino, known[name].st_size) for name, number in opened.items()]
    changes: list[dict[str, object]] = [
        {"inode": there.inode + 1}, {"size": 5}, {"size": 0}, {"size": 1 << 40}, {"process": -1}, {"process": 2**30},
        {"descriptor": 10_000}, {"process": "self"}, {"descriptor": "../../../etc/hostname"},
    ]  # fmt: skip
    for wrong in (*others, *(replace(there, **change) for change in changes)):  # type: ignore[arg-type]
        with pytest.raises(NotShared):
            open_sealed(wrong)
    for number in opened.values():
        os.close(number)


def test_no_room_is_a_full_store(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    before = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr(sealed, "write_parts", full)
    with pytest.raises(StoreFull):
        seal([b"abc"])
    monkeypatch.setattr(os, "memfd_create", full)
    with pytest.raises(StoreFull):
        seal([b"abc"])
    assert len(os.listdir("/proc/self/fd")) == before


# The way of a request


@pytest.mark.parametrize("count", [3, 30])
def test_pictures_do_not_go_through_the_cluster(
    count: int, on_cluster: OnCluster, make_engine: fakes.Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vizcore.engine.backends.parcel.NEAR_WITH_CALL_BYTES", 0)
    monkeypatch.setattr("vizcore.engine.backends.parcel.NEAR_BEFORE_BYTES", 200_000)
    monkeypatch.setattr("vizcore.engine.backends.replicas.SEALED_BYTES", 300_000)
    pair, photos = on_cluster(1, near=True), photos_of(count)
    theirs, mine = (engine.run(means, "model", photos) for engine in (pair.engine, make_engine()))
    assert theirs.vector.tobytes() == mine.vector.tobytes()  # type: ignore[attr-defined]
    assert pair.cluster.puts == []
    assert all(sent < 10_000 for _, _, sent in pair.cluster.calls)
    assert pair.cluster.methods("vis-0").count("bring") == (0 if count == 3 else 3)
    held = set(pair.cluster.replicas["vis-0"]._inputs.list_keys())
    assert held == {each.sha256 for each in photos}, "so few bytes are kept there"


def test_many_are_only_read_there(on_cluster: OnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.backends.parcel.NEAR_WITH_CALL_BYTES", 0)
    monkeypatch.setattr("vizcore.engine.backends.parcel.NEAR_BEFORE_BYTES", 100_000)
    monkeypatch.setattr("vizcore.engine.backends.references.COPIED_BYTES", 500_000)
    pair = on_cluster(1, near=True)
    pair.engine.run(means, "model", photos_of(30))
    assert pair.cluster.replicas["vis-0"]._inputs.list_keys() == [], "those that it began with neither"
    replicas = pair.engine._backend.replicas  # type: ignore[attr-defined]
    assert len(replicas.sealed.known()) == 30, "there for the next call"
    assert replicas.references.known() == set()
    pair.engine.forget({each.sha256 for each in photos_of(30)})
    assert replicas.sealed.known() == set()


def test_what_cannot_be_read_goes_through_the_cluster(on_cluster: OnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    pair, photos = on_cluster(1, near=True), photos_of(10)
    fakes.value_of(pair.engine.run(fakes.brightness, "model", fakes.photo()))
    monkeypatch.setattr("vizcore.engine.backends.held_inputs.open_sealed", _refused)
    monkeypatch.setattr("vizcore.engine.backends.parcel.WITH_CALL_BYTES", 0)
    assert pair.engine.run(means, "model", photos).vector.tolist() == list(range(10))  # type: ignore[attr-defined]
    assert pair.cluster.puts


def test_what_finds_no_room_goes_through_the_cluster(on_cluster: OnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    pair, photos = on_cluster(1, near=True), photos_of(10)
    fakes.value_of(pair.engine.run(fakes.brightness, "model", fakes.photo()))
    replicas = pair.engine._backend.replicas  # type: ignore[attr-defined]
    monkeypatch.setattr(replicas.sealed, "_put", _full)
    monkeypatch.setattr("vizcore.engine.backends.parcel.WITH_CALL_BYTES", 0)
    assert pair.engine.run(means, "model", photos).vector.tolist() == list(range(10))  # type: ignore[attr-defined]
    assert pair.cluster.puts


def test_what_cannot_be_read_later_begins_again(on_cluster: OnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.backends.parcel.NEAR_WITH_CALL_BYTES", 0)
    monkeypatch.setattr("vizcore.engine.backends.parcel.NEAR_BEFORE_BYTES", 100_000)
    pair, photos = on_cluster(1, near=True), photos_of(10)
    left = [1]

    def once(there: Sealed) -> object:
        if there.size > 100_000 and left:
            left.pop()
            raise NotShared
        return open_sealed(there)

    monkeypatch.setattr("vizcore.engine.backends.held_inputs.open_sealed", once)
    assert pair.engine.run(means, "model", photos).vector.tolist() == list(range(10))  # type: ignore[attr-defined]
    assert left == []
    assert pair.cluster.methods("vis-0").count("begin") == 2


def _full(objects: object) -> Iterator[Sealed]:
    raise StoreFull
    yield


def _refused(there: Sealed) -> object:
    raise NotShared
