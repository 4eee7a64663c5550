"""Does one download serve all who wait, end when the last has left, and never end for one who came later?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S, wait_until
from vizcore.errors import Cancelled
from vizcore.zoo.weights import single_flight
from vizcore.zoo.weights.single_flight import CancelCheck, ProgressCallback, alone, join

FOLDER = Path("/weights/toy")


class Source:
    """A download that goes on when it is told to, and notes how it ended."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ends: list[str] = []
        self.arrive, self.deaf = threading.Event(), threading.Event()

    def __call__(self, report: ProgressCallback, cancelled: CancelCheck) -> Path:
        self.begun.append(f"after {len(self.ends)}")
        report(1, 2)
        while not self.arrive.wait(0.005):
            if cancelled() and not self.deaf.is_set():
                self.ends.append("cancelled")
                raise Cancelled
        report(2, 2)
        self.ends.append("whole")
        return FOLDER


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.arrive.set()
    made.deaf.clear()
    wait_until(lambda: not single_flight._under_way)


def never() -> bool:
    return False


def test_all_who_come_meanwhile_share_one(source: Source) -> None:
    handles = [join(FOLDER, source) for _each in range(3)]
    wait_until(lambda: handles[0].done_bytes == 1)
    assert [(each.running, each.total_bytes) for each in handles] == [(True, 2)] * 3
    source.arrive.set()
    seen: list[int] = []
    assert [each.wait(lambda done, total: seen.append(done), never) for each in handles] == [FOLDER] * 3
    assert seen[-1] == 2
    assert source.begun == ["after 0"]
    assert [(each.running, each.error) for each in handles] == [(False, None)] * 3


def test_it_goes_on_as_long_as_one_waits(source: Source) -> None:
    first, second = join(FOLDER, source), join(FOLDER, source)
    first.leave()
    first.leave()  # to leave twice is to leave once
    assert not first.running
    assert second.running
    with pytest.raises(Cancelled):
        second.wait(lambda done, total: None, lambda: True)
    assert source.ends == ["cancelled"], "the last one waits for its end"
    assert second.error is None
    assert not single_flight._under_way


def test_what_all_have_left_is_not_joined_but_followed(source: Source) -> None:
    source.deaf.set()
    old = join(FOLDER, source)
    wait_until(lambda: bool(source.begun))
    old.leave()
    new = join(FOLDER, source)
    assert new.running
    assert source.begun == ["after 0"], "not two at a time"
    source.deaf.clear()
    wait_until(lambda: len(source.begun) == 2)
    assert source.begun[1] == "after 1"
    source.arrive.set()
    assert new.wait(lambda done, total: None, never) == FOLDER
    assert source.ends == ["cancelled", "whole"]


def test_an_error_is_everyones_and_not_remembered(source: Source) -> None:
    def fail(report: ProgressCallback, cancelled: CancelCheck) -> Path:
        source.arrive.wait(PATIENCE_S)
        raise ZeroDivisionError

    handles = [join(FOLDER, fail), join(FOLDER, fail)]
    source.arrive.set()
    for each in handles:
        with pytest.raises(ZeroDivisionError):
            each.wait(lambda done, total: None, never)
    assert join(FOLDER, source).wait(lambda done, total: None, never) == FOLDER


def test_a_caller_that_is_interrupted_has_left(source: Source) -> None:
    def interrupt(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        join(FOLDER, source).wait(interrupt, never)
    wait_until(lambda: source.ends == ["cancelled"])


def test_other_folders_do_not_wait(source: Source) -> None:
    join(FOLDER, source)
    other = Source()
    other.arrive.set()
    assert join(Path("/weights/other"), other).wait(lambda done, total: None, never) == FOLDER


def test_alone_gives_its_lock_back(tmp_path: Path) -> None:
    for _twice in range(2):
        with alone(tmp_path / "x.lock", never):
            pass
    with pytest.raises(ZeroDivisionError), alone(tmp_path / "x.lock", never):
        raise ZeroDivisionError
    with alone(tmp_path / "x.lock", never):
        pass
