"""Is a large file never whole in memory, is it made for nobody who has left, and does nobody make many at once?"""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterator

import pytest

from tests.patience import PATIENCE_S
from vizcore.errors import ExportAbandoned, TooManyRequests
from vizcore.ui.export_streams import MARK_BYTES, MOST_AT_ONCE, MOST_MARKS, SMALL_BYTES, ExportStreams, while_here
from vizcore.ui.session import Visit

PIECE = 100_000


def pieces(count: int) -> Iterator[bytes]:
    return (bytes([n % 256]) * PIECE for n in range(count))


def large() -> Iterator[bytes]:
    return pieces(300)


def fetched(streams: ExportStreams, mark: bytes) -> Iterator[bytes]:
    found = streams.stream(mark)
    assert found is not None
    return found


def test_a_small_file_is_given_whole() -> None:
    assert ExportStreams(served=True).content(lambda: pieces(2), Visit("s")) == b"\0" * PIECE + b"\1" * PIECE
    assert ExportStreams(served=True).content(lambda: iter(()), Visit("s")) == b""


def test_where_nobody_would_serve_the_pieces_a_large_file_is_given_whole() -> None:
    assert ExportStreams().content(large, Visit("s")) == b"".join(large())


def test_a_large_file_is_given_in_pieces_again_and_again() -> None:
    streams, visit = ExportStreams(served=True), Visit("s")
    mark = streams.content(large, visit)
    assert len(mark) == MARK_BYTES
    for _time in range(MOST_AT_ONCE + 1):
        assert sum(map(len, fetched(streams, mark))) == 300 * PIECE
    assert streams.content(large, visit) != mark, "nobody guesses a mark"


def test_memory_holds_some_pieces_of_a_large_file() -> None:
    streams, visit = ExportStreams(served=True), Visit("s")
    tracemalloc.start()
    try:
        mark = streams.content(large, visit)
        sent = sum(len(piece) for piece in fetched(streams, mark))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent == 30_000_000
    assert peak < 2 * SMALL_BYTES


@pytest.mark.parametrize("strange", [b"", b"vizcore-export:", b"x" * MARK_BYTES])
def test_other_bytes_are_no_mark(strange: bytes) -> None:
    assert ExportStreams(served=True).stream(strange) is None


def test_a_file_in_the_making_ends_with_the_visit() -> None:
    streams, visit = ExportStreams(served=True), Visit("s")
    mark = streams.content(large, visit)
    under_way = fetched(streams, mark)
    next(under_way)
    visit.left = True
    with pytest.raises(ExportAbandoned):
        next(under_way)
    with pytest.raises(ExportAbandoned):
        streams.content(large, visit)


def test_a_visit_that_ends_takes_its_files_along() -> None:
    streams, visit, other = ExportStreams(served=True), Visit("s"), Visit("t")
    mark, others = streams.content(large, visit), streams.content(large, other)
    for action in visit.at_leave:
        action()
    with pytest.raises(ExportAbandoned):
        next(fetched(streams, mark))
    assert next(fetched(streams, others))


def test_only_the_latest_of_many_can_be_fetched_again() -> None:
    streams, visit = ExportStreams(served=True), Visit("s")
    marks = [streams.content(large, visit) for _time in range(MOST_MARKS + 1)]
    assert next(fetched(streams, marks[1]))
    with pytest.raises(ExportAbandoned):
        next(fetched(streams, marks[0]))


def test_a_few_at_once_and_places_come_back() -> None:
    streams, visit = ExportStreams(served=True), Visit("s")
    mark = streams.content(large, visit)
    begun = [fetched(streams, mark) for _time in range(MOST_AT_ONCE)]
    assert all(next(each) for each in begun)
    with pytest.raises(TooManyRequests):
        next(fetched(streams, mark))
    with pytest.raises(TooManyRequests):
        streams.whole(lambda: b"", visit)
    assert streams.whole(lambda: b"other", Visit("t")) == b"other"
    begun[0].close()  # type: ignore[attr-defined]
    assert streams.whole(lambda: b"now", visit) == b"now"
    with pytest.raises(ZeroDivisionError):
        streams.whole(lambda: b"" * (1 // 0), visit)
    assert streams.whole(lambda: b"still", visit) == b"still"


def test_an_abandoned_file_gives_its_place_back_whatever_its_thread_holds() -> None:
    streams, visit = ExportStreams(served=True), Visit("s")
    under_way = [fetched(streams, streams.content(large, visit))]
    assert next(under_way[0])

    def abandon() -> None:
        with streams._lock:  # a collection finds it in the middle of another request
            under_way.clear()

    other = threading.Thread(target=abandon, daemon=True)
    other.start()
    other.join(PATIENCE_S)
    assert not other.is_alive()
    assert not streams._under_way


def test_frames_end_with_the_visit() -> None:
    visit = Visit("s")
    frames = while_here(range(3), visit)
    assert next(frames) == 0
    visit.left = True
    with pytest.raises(ExportAbandoned):
        next(frames)
