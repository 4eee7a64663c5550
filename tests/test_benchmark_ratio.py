"""A ratio is held when the deciding clock is within the target and both sides did the same work."""

from __future__ import annotations

import pytest

from benchmarks.ratio import compare, within


def work(steps: int) -> int:
    return sum(range(steps))


def test_less_work_holds(capsys: pytest.CaptureFixture[str]) -> None:
    ratio = compare("t.less", lambda: work(20_000), lambda: work(400_000), target=0.5)
    assert ratio
    assert ratio.cpu < 0.5
    printed = capsys.readouterr().out
    assert printed.startswith("t.less ratio_wall=0.")
    assert printed.endswith("target<=0.5 ok\n")


def test_more_work_misses(capsys: pytest.CaptureFixture[str]) -> None:
    assert not compare("t.more", lambda: work(400_000), lambda: work(20_000), target=1.0, rounds=3, by="wall")
    assert "MISSED" in capsys.readouterr().out


def test_other_results_never_hold(capsys: pytest.CaptureFixture[str]) -> None:
    ratio = compare("t.other", lambda: 1, lambda: work(50_000), target=1.0, equal=lambda ours, peer: ours == peer)
    assert not ratio
    assert "RESULTS DIFFER" in capsys.readouterr().out


def test_amounts() -> None:
    assert within("t.bytes", 10, 100, target=0.2, unit="bytes").held
    assert not within("t.bytes", 30, 100, target=0.2, unit="bytes").held
