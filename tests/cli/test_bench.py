"""bench: both sides in turn, honest ratios, and the same lines as every other verb."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as runner
from benchmarks.measurement import Measurement, in_turn
from tests.cli.invocation import invoke
from vizcore.cli import machine

FAST = Measurement("display", ours=2.0, unit="ms", target=0.5, peer_name="Pillow", peer=8.0, rounds=7)
SLOW = Measurement("display", ours=6.0, unit="ms", target=0.5, peer_name="Pillow", peer=8.0)
ALONE = Measurement("dispatch", ours=0.1, unit="ms", target=0.2)


@pytest.mark.parametrize(("measured", "ratio", "held"), [(FAST, 0.25, True), (SLOW, 0.75, False), (ALONE, None, True)])
def test_ratio_and_verdict_by_hand(measured: Measurement, ratio: float | None, held: bool) -> None:
    assert measured.ratio == ratio
    assert measured.held is held
    assert ("held" in measured.sentence()) is held


def test_both_sides_take_turns() -> None:
    order: list[str] = []
    timings = in_turn(lambda: order.append("ours"), lambda: order.append("peer"), rounds=3, warm_up=1)
    assert order == ["ours", "peer"] * 4
    assert len(timings) == 2
    assert all(timing.wall_ms >= 0 for timing in timings)


def with_benchmark(monkeypatch: pytest.MonkeyPatch, main: object) -> None:
    monkeypatch.setitem(sys.modules, "benchmarks.pretend", SimpleNamespace(main=main))


def test_each_measurement_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with_benchmark(monkeypatch, lambda: sys.stdout.write("talk") and [FAST, ALONE])
    out = io.StringIO()
    assert runner.run("pretend", out, as_json=True) == []
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["schema"], first["file"], first["benchmark"], first["ratio"]) == ("vizcore/1", None, "pretend", 0.25)
    assert first["provenance"]["operation"] == "bench"
    assert second["peer"] is second["ratio"] is None


def test_a_missed_target_or_a_broken_benchmark_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with_benchmark(monkeypatch, lambda: [FAST, SLOW])
    assert runner.run("pretend", io.StringIO(), as_json=False) == [f"pretend: {SLOW.sentence()}"]
    with_benchmark(monkeypatch, lambda: 1 / 0)
    assert runner.run("pretend", io.StringIO(), as_json=False) == ["pretend broke: ZeroDivisionError: division by zero"]


@pytest.mark.parametrize(
    ("measured", "status", "end"), [([FAST], 0, "Every target held."), ([FAST, SLOW], 2, "Fell short: 1")]
)
def test_what_fell_short_stands_at_the_end(
    measured: list[Measurement], status: int, end: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with_benchmark(monkeypatch, lambda: measured)
    monkeypatch.setattr(runner, "BENCHMARKS", ("pretend",))
    monkeypatch.setattr(sys, "argv", ["benchmarks"])
    assert runner.main() == status
    assert end in capsys.readouterr().err


def test_without_the_source_folder_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "SOURCES", tmp_path)
    answer = invoke("bench", "--json")
    assert answer.status == 2
    assert answer.lines[0]["error"]["code"] == "benchmarks_missing"


def test_an_unknown_benchmark_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    assert invoke("bench", "no-such-thing").status == 2
    assert "no-such-thing" in capfd.readouterr().err
