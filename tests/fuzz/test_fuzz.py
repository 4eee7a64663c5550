"""Damaged files in child processes: whatever the bytes are, a result or one VizError, soon, and nobody dies.

200 for each reader here; `make slow` reads 2,000 (`VIZCORE_FUZZ_FROM` begins elsewhere).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fuzz.readers import READERS
from tests.fuzz.worker import LONGEST_S
from tests.patience import LONG_PATIENCE_S

ROOT = Path(__file__).parents[2]
FEW, MANY = 200, 2000
MOST_MB = 1500


@dataclass
class Tally:
    """What became of a reader's files. deaths: numbers of files that ended the process, with its exit status."""

    codes: Counter[str] = field(default_factory=Counter)
    raw: list[str] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    peak_mb: float = 0.0

    def faults(self) -> list[str]:
        slow = [f"slowest {self.slowest_s} s"] if self.slowest_s > LONGEST_S else []
        large = [f"peak {self.peak_mb} MB"] if self.peak_mb > MOST_MB else []
        return [*self.deaths, *self.raw, *slow, *large]


def fuzzed(reader: str, count: int) -> Tally:
    """All files of a reader; after a death the next process goes on behind the file that caused it."""
    tally = Tally()
    first = int(os.environ.get("VIZCORE_FUZZ_FROM", "0"))
    end = first + count
    while first < end and len(tally.deaths) < 5:
        command = [sys.executable, "-m", "tests.fuzz.worker", reader, str(first), str(end - first)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONG_PATIENCE_S, check=False)
        last = first - 1
        for line in done.stdout.splitlines():
            if line.startswith("> "):
                last = int(line[2:])
                continue
            _count(tally, json.loads(line))
        if done.returncode:
            tally.deaths.append(f"file {last}: exit {done.returncode}, {done.stderr[-300:]}")
        first = last + 1
        if last < 0 or (done.returncode and last < first - 1):
            break
    return tally


def _count(tally: Tally, line: dict[str, object]) -> None:
    if "peak_mb" in line:
        tally.peak_mb = max(tally.peak_mb, float(str(line["peak_mb"])))
        return
    tally.codes[str(line["code"]) or "read"] += 1
    tally.slowest_s = max(tally.slowest_s, float(str(line["s"])))
    if line["raw"]:
        tally.raw.append(f"file {line['n']}: {line['raw']}")


@pytest.mark.parametrize("reader", READERS)
def test_damaged_files(reader: str) -> None:
    tally = fuzzed(reader, FEW)
    assert not tally.faults(), tally
    assert sum(tally.codes.values()) == FEW
    assert len(tally.codes) > 1, "some are refused, and some are still read"


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_many_damaged_files(reader: str) -> None:
    tally = fuzzed(reader, MANY)
    print(f"\n{reader}: {tally.codes.total()} files, slowest {tally.slowest_s} s, peak {tally.peak_mb:.0f} MB")  # noqa: T201
    print("  ", dict(tally.codes.most_common()))  # noqa: T201
    assert not tally.faults(), tally
    assert sum(tally.codes.values()) == MANY
