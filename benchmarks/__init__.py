"""How fast are we beside the best peer, in one run on this machine?

A benchmark is a file of this folder with a `main()` that measures, checks that both sides give the same result, and
returns its `Measurement`s (benchmarks.measurement). `python -m benchmarks [NAME ...] [--json]` runs them.
"""

from pathlib import Path

BENCHMARKS: tuple[str, ...] = tuple(
    sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py") if "\ndef main(" in file.read_text("utf-8"))
)
