"""Does a download end well, or end clearly and on time, whatever the server, the line and the disk do?"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S, wait_until
from tests.time_bounds import held_to, within
from tests.zoo.loopback_server import Fault, serve
from tests.zoo.weight_files import card_for, put, safetensors_bytes, settings_for
from vizcore.errors import Cancelled, DownloadFailed, Offline, WeightsMissing
from vizcore.zoo.cards import WeightFile
from vizcore.zoo.weights import attempts, availability, download_folder, fetch, locate, single_flight, verify

BODY = safetensors_bytes(100_000)  # 800 kB
SMALL = safetensors_bytes(50)


@pytest.fixture(autouse=True)
def _homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(attempts, "PAUSES_S", (0.01, 0.01, 0.01))


def part_of(card: Any, settings: Any) -> Path:
    return download_folder(card, settings) / "model.safetensors.part"


def test_whole_download_with_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    with serve(BODY) as server:
        card, settings = card_for(BODY, url=server.url("model.safetensors")), settings_for(tmp_path)
        assert availability(card, settings) == "download"
        folder = fetch(card, settings, lambda done, total: seen.append((done, total)))
        assert fetch(card, settings) == folder, "the second time it is here"
    assert len(server.requests) == 1
    assert (folder / "model.safetensors").read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {total for _, total in seen} == {len(BODY)}
    assert availability(card, settings) == "here"
    assert not part_of(card, settings).exists()


def test_the_new_name_needs_no_second_hashing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    real = verify._hashed
    monkeypatch.setattr(verify, "_hashed", lambda path: hashed.append(path.name) or real(path))
    with serve(SMALL) as server:
        card, settings = card_for(SMALL, url=server.url("x")), settings_for(tmp_path)
        fetch(card, settings)
    assert locate(card, settings)
    assert hashed == ["model.safetensors.part"]


@pytest.mark.parametrize(
    ("faults", "requests"),
    [
        ([{"ranges": False}], 1),
        ([{"chunked": True}], 1),
        ([{"cut": 300_000}], 2),
        ([{"cut": 10}, {"cut": 20}], 3),
        ([{"cut": 300_000}, {"ranges": False}], 2),
        ([{"cut": 300_000}, {"range_shift": 7}], 3),
        ([{"cut": 300_000, "chunked": True}], 2),
        ([{"status": 503}, {"status": 500}], 3),
        ([{"status": 429, "headers": {"Retry-After": "0"}}], 2),
        ([{"cut": 300_000}, {"status": 416}], 3),
    ],
)
def test_troubles_that_pass(tmp_path: Path, faults: list[Fault], requests: int) -> None:
    with serve(BODY, faults) as server:
        card, settings = card_for(BODY, url=server.url("x")), settings_for(tmp_path)
        folder = fetch(card, settings)
    assert (folder / "model.safetensors").read_bytes() == BODY
    assert len(server.requests) == requests


def test_a_leftover_is_continued(tmp_path: Path) -> None:
    with serve(BODY) as server:
        card, settings = card_for(BODY, url=server.url("x")), settings_for(tmp_path)
        put(download_folder(card, settings), "model.safetensors.part", BODY[:500_000])
        folder = fetch(card, settings)
    assert server.requests[0]["range"] == "bytes=500000-"
    assert (folder / "model.safetensors").read_bytes() == BODY


@pytest.mark.parametrize(
    ("left_over", "requests"),
    [(BODY, 0), (BODY + b"more", 1), (b"x" * 500_000, 2), (b"x" * len(BODY), 1), (b"", 1)],
    ids=["complete", "too long", "other bytes", "complete but wrong", "empty"],
)
def test_odd_leftovers(tmp_path: Path, left_over: bytes, requests: int) -> None:
    with serve(BODY) as server:
        card, settings = card_for(BODY, url=server.url("x")), settings_for(tmp_path)
        put(download_folder(card, settings), "model.safetensors.part", left_over)
        folder = fetch(card, settings)
    assert (folder / "model.safetensors").read_bytes() == BODY
    assert len(server.requests) == requests


def failed(tmp_path: Path, faults: list[Fault], body: bytes = SMALL, **values: Any) -> tuple[DownloadFailed, int]:
    """The error of a download that meets these faults, and the number of requests it made."""
    with serve(body, faults) as server:
        card, settings = card_for(body, url=server.url("x")), settings_for(tmp_path, **values)
        with pytest.raises(DownloadFailed) as caught:
            fetch(card, settings)
    assert not (download_folder(card, settings) / "model.safetensors").exists()
    return caught.value, len(server.requests)


@pytest.mark.parametrize(
    ("faults", "reason", "status", "requests"),
    [
        ([{"status": 403}], "http", 403, 1),
        ([{"status": 404}], "http", 404, 1),
        ([{"status": 401}], "http", 401, 1),
        ([{"status": 429, "headers": {"Retry-After": "3600"}}], "http", 429, 1),
        ([{"status": 429, "headers": {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}}], "http", 429, 1),
        ([{"status": 429}] * 9, "http", 429, 4),
        ([{"status": 500}] * 9, "http", 500, 4),
        ([{"status": 204}], "http", 204, 1),
        ([{"cut": 5}] * 9, "cut", 0, 4),
        ([{"body": SMALL[:-1] + b"x"}], "hash", 0, 1),
        ([{"body": b"<html>Sign in to this wifi</html>"}], "hash", 0, 1),
        ([{"body": SMALL + b"x", "chunked": True}], "hash", 0, 1),
        ([{"location": "file:///etc/passwd"}], "http", 302, 1),
        ([{"location": "ftp://127.0.0.1/x"}], "http", 302, 1),
    ],
)
def test_troubles_that_stay(tmp_path: Path, faults: list[Fault], reason: str, status: int, requests: int) -> None:
    error, made = failed(tmp_path, list(faults))
    assert error.values["reason"] == reason
    assert error.values["status"] == status
    assert error.values["host"] == "127.0.0.1"
    assert error.values["folder"] == str(tmp_path / "cache" / "weights" / "toy")
    assert made == requests


def test_an_answer_without_end_is_left_early(tmp_path: Path) -> None:
    seen: list[int] = []
    with serve(SMALL, [{"body": SMALL + b"x" * 5_000_000, "chunked": True}]) as server:
        card = card_for(SMALL, url=server.url("x"))
        with pytest.raises(DownloadFailed) as caught:
            fetch(card, settings_for(tmp_path), lambda done, total: seen.append(done))
    assert caught.value.values["reason"] == "hash"
    assert max(seen) <= len(SMALL)


def test_redirects_are_followed_with_the_range(tmp_path: Path) -> None:
    with serve(BODY) as cdn, serve(b"", [{"location": cdn.url("y")}]) as hub:
        card, settings = card_for(BODY, url=hub.url("x")), settings_for(tmp_path)
        put(download_folder(card, settings), "model.safetensors.part", BODY[:100])
        fetch(card, settings)
    assert cdn.requests[0]["range"] == "bytes=100-"


def test_wrong_hash_leaves_nothing(tmp_path: Path) -> None:
    failed(tmp_path, [{"body": SMALL[:-1] + b"x"}])
    left = {path.name for path in (tmp_path / "cache" / "weights" / "toy").iterdir()}
    assert left <= {"model.safetensors.lock"}


def test_retry_after_is_honoured(tmp_path: Path) -> None:
    with serve(SMALL, [{"status": 503, "headers": {"Retry-After": "1"}}]) as server:
        card = card_for(SMALL, url=server.url("x"))
        began = time.monotonic()
        fetch(card, settings_for(tmp_path, connect_timeout_s=PATIENCE_S))
    assert time.monotonic() - began >= 1


# On time


@pytest.mark.parametrize(
    "fault", [{"slow_s": 2}, {"silent": True}, {"slow_s": 0.05}], ids=["2 s a byte", "silent", "drip"]
)
def test_slow_servers_end_on_time(tmp_path: Path, fault: Fault) -> None:
    found: list[DownloadFailed] = []
    with within(3, clock=time.monotonic):
        found.append(failed(tmp_path, [fault] * 5, connect_timeout_s=0.6)[0])
    assert found[0].values["reason"] == "timeout"


def test_a_line_that_freezes_midway_is_taken_up_again(tmp_path: Path) -> None:
    def taken_up_again(patience_s: float) -> bool:
        with serve(BODY, [{"freeze": 400_000}]) as server:
            card = card_for(BODY, url=server.url("x"))
            settings = settings_for(tmp_path / str(patience_s), connect_timeout_s=patience_s)
            with contextlib.suppress(DownloadFailed):
                folder = fetch(card, settings)
                assert (folder / "model.safetensors").read_bytes() == BODY
        return [each.get("range") for each in server.requests] == [None, "bytes=400000-"]

    assert one_of_them(taken_up_again)


def test_unreachable_port_fails_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        card = card_for(SMALL, url=f"http://127.0.0.1:{taken.getsockname()[1]}/x")
        with within(2, clock=time.monotonic), pytest.raises(DownloadFailed) as caught:
            fetch(card, settings_for(tmp_path))
    assert caught.value.values["reason"] == "unreachable"


def test_a_look_up_that_hangs_ends_on_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hang(*args: object, **named: object) -> Any:
        released.wait(PATIENCE_S)
        raise socket.gaierror("no answer")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    card = card_for(SMALL, url="https://hub.example/x")
    with within(2, clock=time.monotonic), pytest.raises(DownloadFailed) as caught:
        fetch(card, settings_for(tmp_path, connect_timeout_s=0.5))
    released.set()
    assert caught.value.values["reason"] == "timeout"
    assert caught.value.values["host"] == "hub.example"


def test_a_failing_look_up_is_unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **named: object) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(DownloadFailed) as caught:
        fetch(card_for(SMALL, url="https://hub.example/x"), settings_for(tmp_path))
    assert caught.value.values["reason"] == "unreachable"


def test_offline_says_so_without_a_request(tmp_path: Path) -> None:
    with serve(SMALL) as server:
        card = card_for(SMALL, url=server.url("x"))
        with pytest.raises(Offline) as caught:
            fetch(card, settings_for(tmp_path, offline=True))
        assert server.requests == []
    assert caught.value.values["file"] == "model.safetensors"
    assert not (tmp_path / "cache").exists()


def test_offline_still_finds_what_is_here(tmp_path: Path) -> None:
    card, settings = card_for(SMALL, url="https://hub.example/x"), settings_for(tmp_path, offline=True)
    put(download_folder(card, settings), "model.safetensors", SMALL)
    assert fetch(card, settings) == download_folder(card, settings)


def test_a_card_without_address_cannot_be_fetched(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing):
        fetch(card_for(SMALL), settings_for(tmp_path))


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://example.org/x", "file:///etc/passwd", "x"])
def test_only_https_addresses(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        fetch(card_for(SMALL, url=url), settings_for(tmp_path))


# Cancelling and company


def test_cancel_is_quick_and_keeps_the_part(tmp_path: Path) -> None:
    began: list[float] = []

    def progress(done: int, total: int | None) -> None:
        if done > 100_000:
            began.append(time.monotonic())

    with serve(BODY, [{"pause_s": 0.05}]) as server:
        card, settings = card_for(BODY, url=server.url("x")), settings_for(tmp_path)
        with pytest.raises(Cancelled):
            fetch(card, settings, progress, lambda: bool(began))
        held_to(1, time.monotonic() - began[0], clock=time.monotonic)
        kept = part_of(card, settings).stat().st_size
        assert 0 < kept < len(BODY)
        fetch(card, settings)
    assert server.requests[1]["range"] == f"bytes={kept}-"


@pytest.mark.parametrize("fault", [{"silent": True}, {"slow_s": 5}, {"status": 503, "headers": {"Retry-After": "5"}}])
def test_cancel_while_nothing_comes(tmp_path: Path, fault: Fault) -> None:
    with serve(SMALL, [fault]) as server:
        card, settings = card_for(SMALL, url=server.url("x")), settings_for(tmp_path, connect_timeout_s=PATIENCE_S)
        began = time.monotonic()
        with within(1.2, clock=time.monotonic), pytest.raises(Cancelled):
            fetch(card, settings, cancelled=lambda: time.monotonic() - began > 0.2)


def in_threads(count: int, action: Callable[[int], object]) -> list[object]:
    """What each thread returned or raised, all of them begun at once."""
    results: list[object] = [None] * count
    together = threading.Barrier(count, timeout=PATIENCE_S)

    def work(i: int) -> None:
        try:
            together.wait()
            results[i] = action(i)
        except Exception as problem:
            results[i] = problem

    threads = [threading.Thread(target=work, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return results


def one_of_them(look: Callable[[float], bool]) -> bool:
    """With half a second of patience; where a machine needs longer for what works, with eight times as much, twice."""
    return any(look(patience_s) for patience_s in (0.5, 4.0, 32.0))


def waiting() -> int:
    """How many wait for the one download under way."""
    return sum(flight.waiting for flight in list(single_flight._under_way.values()))


def test_one_download_for_all(tmp_path: Path) -> None:
    seen: list[list[int]] = [[] for _ in range(6)]
    all_wait = threading.Thread(target=lambda: (wait_until(lambda: waiting() == 6), go_on.set()))
    go_on = threading.Event()
    with serve(BODY, [{"after": go_on}]) as server:
        card, settings = card_for(BODY, url=server.url("x")), settings_for(tmp_path, connect_timeout_s=PATIENCE_S)
        all_wait.start()
        found = in_threads(6, lambda i: fetch(card, settings, lambda done, total: seen[i].append(done)))
    assert found == [download_folder(card, settings)] * 6
    assert len(server.requests) == 1
    assert all(progress[-1] == len(BODY) for progress in seen)


def test_a_failure_is_everyones_but_not_remembered(tmp_path: Path) -> None:
    def everyones(patience_s: float) -> bool:
        with serve(SMALL, [{"silent": True}]) as server:
            card = card_for(SMALL, url=server.url("x"))
            settings = settings_for(tmp_path / str(patience_s), connect_timeout_s=patience_s)
            found = in_threads(4, lambda i: fetch(card, settings))
            if not all(isinstance(each, DownloadFailed) for each in found) or len(server.requests) != 1:
                return False
            assert fetch(card, settings_for(tmp_path / str(patience_s)))
        return single_flight._under_way == {}

    assert one_of_them(everyones)


def test_where_the_first_one_cancels_the_download_goes_on(tmp_path: Path) -> None:
    go_on = threading.Event()

    def first_cancels(i: int) -> object:
        if i:
            wait_until(lambda: waiting() == 1)
            return fetch(card, settings, lambda done, total: None)
        try:
            return fetch(card, settings, cancelled=lambda: waiting() == 2)
        finally:
            go_on.set()

    with serve(BODY, [{"after": go_on}]) as server:
        card, settings = card_for(BODY, url=server.url("x")), settings_for(tmp_path, connect_timeout_s=PATIENCE_S)
        found = in_threads(2, first_cancels)
    assert isinstance(found[0], Cancelled)
    assert found[1] == download_folder(card, settings)
    assert len(server.requests) == 1, "the line of the first one is not cut"


def test_another_process_holds_the_lock(tmp_path: Path) -> None:
    from filelock import FileLock

    with serve(SMALL) as server:
        card, settings = card_for(SMALL, url=server.url("x")), settings_for(tmp_path)
        folder = download_folder(card, settings)
        folder.mkdir(parents=True)
        lock = FileLock(folder / "model.safetensors.lock", thread_local=False)
        lock.acquire()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            fetch(card, settings, cancelled=lambda: time.monotonic() - began > 0.3)

        def finish_elsewhere() -> None:
            put(folder, "model.safetensors", SMALL)
            lock.release()

        threading.Timer(0.3, finish_elsewhere).start()
        assert fetch(card, settings) == folder
    assert server.requests == []


# Disk


class FullDisk:
    """Stands in for an opened file: the third write finds the disk full."""

    def __init__(self, stream: Any, code: int) -> None:
        self.stream, self.code, self.writes = stream, code, 0

    def __enter__(self) -> FullDisk:
        return self

    def __exit__(self, *args: object) -> None:
        self.stream.close()

    def write(self, chunk: bytes) -> int:
        self.writes += 1
        if self.writes == 3:
            raise OSError(self.code, os.strerror(self.code))
        return int(self.stream.write(chunk))


@pytest.mark.parametrize(
    ("code", "kept"), [(errno.ENOSPC, False), (errno.EDQUOT, False), (errno.EFBIG, False), (errno.EIO, True)]
)
def test_disk_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, kept: bool) -> None:
    real = Path.open

    def open_part(self: Path, mode: str = "r", *args: Any, **named: Any) -> Any:
        stream = real(self, mode, *args, **named)
        return FullDisk(stream, code) if self.suffix == ".part" and mode in {"ab", "wb"} else stream

    monkeypatch.setattr(Path, "open", open_part)
    error, _ = failed(tmp_path, [{"pause_s": 0.01}], BODY)
    assert error.values["reason"] == "disk"
    assert (tmp_path / "cache" / "weights" / "toy" / "model.safetensors.part").exists() is kept


def test_too_little_room_is_seen_before_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=10))
    error, requests = failed(tmp_path, [])
    assert error.values["reason"] == "disk"
    assert requests == 0


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_read_only_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(self: Path, *args: Any, **named: Any) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "mkdir", refuse)
    error, requests = failed(tmp_path, [])
    assert error.values["reason"] == "disk"
    assert requests == 0


def test_a_file_where_the_cache_should_be(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    with serve(SMALL) as server, pytest.raises(DownloadFailed) as caught:
        fetch(card_for(SMALL, url=server.url("x")), settings_for(tmp_path))
    assert caught.value.values["reason"] == "disk"


# More than one file, and files without a published hash


def test_several_files_share_one_progress(tmp_path: Path) -> None:
    from dataclasses import replace

    seen: list[tuple[int, int | None]] = []
    with serve(BODY) as first, serve(SMALL) as second:
        one, two = (
            card_for(BODY, "a.safetensors", url=first.url("a")),
            card_for(SMALL, "b.safetensors", url=second.url("b")),
        )
        card, settings = replace(one, files=one.files + two.files), settings_for(tmp_path)
        folder = fetch(card, settings, lambda done, total: seen.append((done, total)))
    assert {path.name for path in folder.glob("*.safetensors")} == {"a.safetensors", "b.safetensors"}
    assert seen[-1] == (len(BODY) + len(SMALL),) * 2
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_good_file_of_several_is_not_fetched_again(tmp_path: Path) -> None:
    from dataclasses import replace

    with serve(SMALL) as server:
        card, settings = card_for(SMALL, url=server.url("x")), settings_for(tmp_path)
        there = WeightFile("there.safetensors", server.url("there"), card.files[0].sha256, len(SMALL))
        card = replace(card, files=(*card.files, there))
        put(download_folder(card, settings), "there.safetensors", SMALL)
        fetch(card, settings)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "fine"), [(SMALL, True), (b"<html>", False), (b"PK\x03\x04 zip", False), (b"", False)]
)
def test_without_a_hash_only_safetensors(tmp_path: Path, body: bytes, fine: bool) -> None:
    with serve(body) as server:
        card, settings = card_for(SMALL, url=server.url("x"), pinned=False), settings_for(tmp_path)
        if fine:
            assert locate(card, settings) is None
            assert fetch(card, settings) == locate(card, settings)
        else:
            with pytest.raises(DownloadFailed) as caught:
                fetch(card, settings)
            assert caught.value.values["reason"] == "hash"


def test_a_damaged_copy_in_our_cache_is_replaced(tmp_path: Path) -> None:
    with serve(SMALL) as server:
        card, settings = card_for(SMALL, url=server.url("x")), settings_for(tmp_path)
        put(download_folder(card, settings), "model.safetensors", b"rubbish")
        folder = fetch(card, settings)
    assert (folder / "model.safetensors").read_bytes() == SMALL


def test_a_mistake_of_ours_is_not_dressed_up_as_bad_weather(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **named: object) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("vizcore.zoo.weights.http_download._open", broken)
    with pytest.raises(ZeroDivisionError):
        fetch(card_for(SMALL, url="https://hub.example/x"), settings_for(tmp_path))
