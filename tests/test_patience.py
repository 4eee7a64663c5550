"""Does each test that waits take its patience from one place, and does only a slow machine make bounds grow?"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests import time_bounds
from tests.patience import wait_until
from tests.time_bounds import held_to, slowness, within

TESTS = Path(__file__).parent
OWN_CLOCKS = ("load", "guard")  # `make slow`'s visitors and bounds; a package that imports nothing of ours
RAY = ("real.py", "test_cluster", "test_ray")  # of a real cluster, in `make slow`
NUMBER = r"[1-9][\d_]*(\.\d+)?"
SMALL_PATIENCE = re.compile(
    rf"\.(result|wait|join|acquire)\((timeout=)?{NUMBER}\)"  # .result(5)
    rf"|\b(timeout|default_timeout|open_timeout|patience_s)={NUMBER}"  # timeout=60
    rf"|monotonic\(\) \+ {NUMBER}|perf_counter\(\) \+ {NUMBER}"  # until = time.monotonic() + 30
    rf"|process_time\(\) - \w+ <"  # without the speed of the machine
)


def small_patience(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if SMALL_PATIENCE.search(line)]


@pytest.mark.parametrize(
    "line",
    [
        "job.result(5)",
        "begun.wait(timeout=10)",
        "AppTest.from_file(APP, default_timeout=120)",
        "until = time.monotonic() + 30",
        "assert time.process_time() - began < 2",
    ],
)
def test_what_is_found(line: str) -> None:
    assert small_patience(line)


@pytest.mark.parametrize("line", ["job.result(PATIENCE_S)", "handle.result(timeout=0.02)", "clock.now + 30"])
def test_what_is_not(line: str) -> None:
    assert not small_patience(line)


def test_no_test_has_a_patience_of_its_own() -> None:
    files = [
        path
        for path in TESTS.rglob("*.py")
        if not path.name.startswith(RAY) and path.name not in (Path(__file__).name, "patience.py")
        and path.relative_to(TESTS).parts[0] not in OWN_CLOCKS
    ]  # fmt: skip
    assert len(files) > 200
    found = {path.name: lines for path in files if (lines := small_patience(path.read_text(encoding="utf-8")))}
    assert not found, f"take PATIENCE_S of tests/patience.py, or within() of tests/time_bounds.py: {found}"


def test_waiting_ends_when_it_has_come_and_says_what_did_not() -> None:
    looks: list[int] = []
    wait_until(lambda: len(looks) >= 3, meanwhile=lambda: looks.append(1), pause_s=0)
    assert len(looks) == 3
    with pytest.raises(AssertionError, match="nothing came"):
        wait_until(lambda: False, patience_s=0, said=lambda: "nothing came")


def spends(seconds: float) -> None:
    now = iter([0.0, seconds])
    with within(5, "it", clock=lambda: next(now)):
        pass


def test_a_bound_grows_with_a_slow_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_bounds, "_timed", lambda clock: 2 * time_bounds.FAST_S)
    spends(9.5)
    monkeypatch.setattr(time_bounds, "_timed", lambda clock: 1.5 * time_bounds.FAST_S)
    with pytest.raises(AssertionError, match=r"it: took 9.50 s, not 5 s on a machine 1.5 times slower"):
        spends(9.5)


def test_a_bound_never_shrinks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_bounds, "_timed", lambda clock: 0.0)
    assert slowness() == 1
    held_to(5, 5.0)
    with pytest.raises(AssertionError):
        held_to(5, 5.1, clock=time.monotonic)
