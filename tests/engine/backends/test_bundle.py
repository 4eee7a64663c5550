"""Does a bundle hold what was put into it, in place, read-only, and at addresses that every type of array can bear?"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from mmap import PAGESIZE

import numpy as np
import pytest

from tests.engine import fakes
from vizcore.engine.backends.bundle import ALIGNED, bundle, open_bundle
from vizcore.engine.backends.references import References
from vizcore.engine.backends.shared_file import PIECES, SharedFile, read_shared
from vizcore.engine.backends.transport import ReplicaGone, StoreFull
from vizcore.photo import Photo


def joined(inputs: Mapping[str, object]) -> np.ndarray:
    return np.frombuffer(b"".join(bundle(inputs)), np.uint8)


def test_photos_come_back_as_views_of_the_bundle() -> None:
    photos = {
        each.sha256: each for each in (fakes.photo(1), fakes.photo(2), Photo(np.ones((3, 5, 3), np.uint8), "odd"))
    }
    data = joined(photos)
    back = open_bundle(data)
    assert list(back) == list(photos)
    for sha256, photo in photos.items():
        assert np.array_equal(back[sha256].rgb, photo.rgb)
        assert np.shares_memory(back[sha256].rgb, data)
        assert not back[sha256].rgb.flags.writeable


def test_other_inputs_too() -> None:
    inputs = {
        "none": None,
        "e": fakes.answer(3.0),
        "strided": np.arange(12.0).reshape(3, 4)[:, ::2],
        "empty": np.zeros(0),
    }
    back = open_bundle(joined(inputs))
    assert back["none"] is None
    assert np.array_equal(back["e"].vector, inputs["e"].vector)
    assert np.array_equal(back["strided"], inputs["strided"])
    assert back["empty"].size == 0
    assert not back["strided"].flags.writeable
    assert open_bundle(joined({})) == {}


def test_arrays_begin_where_every_type_may() -> None:
    wide = {str(size): np.arange(size, dtype=np.float64) for size in (1, 3, 8, 9)}
    data = joined({"bytes": np.zeros(7, np.uint8), **wide})
    start = data.__array_interface__["data"][0]
    offsets = [each.__array_interface__["data"][0] - start for each in open_bundle(data).values()]
    assert [offset % ALIGNED for offset in offsets] == [0] * 5


def test_what_lies_in_the_store_is_not_put_there_twice() -> None:
    puts: list[int] = []
    references = References(lambda objects: iter([puts.append(sum(map(len, each))) or len(puts) for each in objects]))
    a, b, c = (fakes.photo(value) for value in (1, 2, 3))
    (both,) = references.lend({a.sha256: a, b.sha256: b})
    assert list(references.lend({b.sha256: b})) == [both]
    assert [each.holds for each in references.lend({b.sha256: b, c.sha256: c})] == [both.holds, {c.sha256}]
    references.forget({a.sha256})
    assert references.known() == {c.sha256}, "the other photo of the bundle goes with it"
    (alone,) = references.lend({b.sha256: b})
    assert len(alone.holds) == 1
    assert len(puts) == 3


def test_many_inputs_are_several_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.backends.references.BUNDLE_BYTES", 10_000)
    monkeypatch.setattr("vizcore.engine.backends.references.COPIED_BYTES", 30_000)
    asked: list[int] = []
    references = References(lambda objects: asked.append(len(objects)) or iter(range(len(objects))))
    photos = {each.sha256: each for each in (Photo(np.full((50, 50, 3), v, np.uint8), "") for v in range(5))}
    lent = list(references.lend(photos))
    assert asked == [5]
    assert [list(each.holds) for each in lent] == [[sha256] for sha256 in photos]
    assert not any(each.copied for each in lent), "together they are too much to be kept by a replica"
    assert list(references.lend(dict(list(photos.items())[:2]))) == lent[:2]
    small = {each.sha256: each for each in (fakes.photo(1), fakes.photo(2))}
    (both,) = references.lend(small)
    assert both.copied


def test_the_oldest_leave_the_store_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.backends.references.KEPT_BYTES", 3000)
    references = References(lambda objects: iter([object() for _ in objects]))
    for value in range(20):
        list(references.lend({str(value): fakes.photo(value)}))
    known = references.known()
    assert "19" in known
    assert "0" not in known
    monkeypatch.setattr("vizcore.engine.backends.references.KEPT_BYTES", 10**9)
    monkeypatch.setattr("vizcore.engine.backends.references.KEPT_BUNDLES", 3)
    for value in range(30, 40):
        list(references.lend({str(value): fakes.photo(value)}))
    assert references.known() == {"37", "38", "39"}


def test_a_full_store_is_emptied_once() -> None:
    full = [True, False]

    def put(objects: Sequence[object]) -> Iterator[object]:
        if full.pop(0):
            raise StoreFull
        yield from objects

    references = References(put)
    (lent,) = references.lend({"a": 1})
    assert lent.holds == {"a"}
    full[:] = [True, True]
    with pytest.raises(StoreFull):
        list(references.lend({"b": 1}))


def test_a_store_that_is_full_in_the_middle_gets_the_rest_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.engine.backends.references.BUNDLE_BYTES", 10_000)
    asked: list[int] = []

    def put(objects: Sequence[object]) -> Iterator[object]:
        asked.append(len(objects))
        yield from objects[:2]
        if len(asked) == 1:
            raise StoreFull

    photos = {each.sha256: each for each in (Photo(np.full((50, 50, 3), v, np.uint8), "") for v in range(4))}
    references = References(put)
    assert [list(each.holds) for each in references.lend(photos)] == [[sha256] for sha256 in photos]
    assert asked == [4, 2]
    assert references.known() == set(list(photos)[2:]), "the others left it"


@pytest.mark.skipif(not SharedFile.possible(), reason="this system has no files in memory alone")
def test_a_shared_file_holds_one_thing_at_a_time_and_nothing_afterwards() -> None:
    shared = SharedFile()
    many = [bytes([number % 251]) * 3 for number in range(2 * PIECES + 5)]
    seen: list[bytes] = []

    def hand_over(parts: list[bytes]) -> None:
        with shared.turn():
            shared.write([b"first"], 0)
            seen.append(read_shared(shared.descriptor, PAGESIZE, shared.write(parts, PAGESIZE))[:])
            assert read_shared(shared.descriptor, 0, 5)[:] == b"first"

    threads = [threading.Thread(target=hand_over, args=(each,)) for each in (many, [b"short"], [b"x" * 70_000])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted([b"".join(many), b"short", b"x" * 70_000])
    with pytest.raises(ValueError, match="mmap length is greater than file size"):
        read_shared(shared.descriptor, 0, 1)
    shared.close()
    with pytest.raises(ReplicaGone), shared.turn():
        pass
