"""Runs the benchmarks: python -m benchmarks [NAME ...] [--json]."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TextIO

# Before NumPy or torch is loaded: sleeping OpenMP threads, as the app runs (see the Makefile).
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from benchmarks import BENCHMARKS
from benchmarks.measurement import Measurement
from vizcore.provenance import versions
from vizcore.results import SCHEMA, Provenance, to_plain


def main() -> int:
    """0 when every target held, 2 when one was missed or a benchmark broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ours against peers, ratios printed.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones; all without: {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    short = [line for name in chosen.names or BENCHMARKS for line in run(name, sys.stdout, as_json=chosen.json)]
    print("\n".join(["", f"Fell short: {len(short)}", *short]) if short else "\nEvery target held.", file=sys.stderr)
    return 2 if short else 0


def run(name: str, out: TextIO, *, as_json: bool) -> list[str]:
    """Runs one benchmark and writes what it measured; a line for each target that was missed, or that it broke."""
    printed = io.StringIO()
    print(f"{name} ...", file=sys.stderr, flush=True)
    with contextlib.redirect_stdout(printed if as_json else out):
        try:
            measured: Sequence[Measurement] = importlib.import_module(f"benchmarks.{name}").main() or ()
        except Exception as problem:  # one broken benchmark must not hide the others' numbers
            broken = f"{name} broke: {type(problem).__name__}: {problem}"
            print(broken, file=sys.stderr)
            return [broken]
    for each in measured:
        print(json.dumps(record(name, each), allow_nan=False) if as_json else f"{name}: {each.sentence()}", file=out)
    sys.stderr.write(printed.getvalue())
    return [f"{name}: {each.sentence()}" for each in measured if not each.held]


def record(name: str, measured: Measurement) -> dict[str, Any]:
    """The measurement in JSON types, with the keys that every line of the command line has."""
    content = {**asdict(measured), "ratio": measured.ratio, "held": measured.held}
    provenance = Provenance(operation="bench", versions=versions())
    line = {"schema": SCHEMA, "file": None, "benchmark": name, **content, "provenance": provenance}
    plain: dict[str, Any] = to_plain(line)
    return plain


if __name__ == "__main__":
    sys.exit(main())
