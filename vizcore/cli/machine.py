"""How is this machine prepared for a classroom without a network, and how fast is it?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import vizcore
from vizcore.cli.report import AsJson, Report
from vizcore.errors import BenchmarksMissing
from vizcore.provenance import versions
from vizcore.results import Provenance

if TYPE_CHECKING:
    from vizcore.zoo.cards import ModelCard

SOURCES = Path(vizcore.__file__).parent.parent


def fetch(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Keys of models (see `models`).")],
    as_json: AsJson = False,
) -> None:
    """Download weights once, verified, for work without a network."""
    report = Report("fetch", as_json=as_json)
    for key in keys:
        with report.about(key):
            _fetch_one(report, key)
    report.finish()


def _fetch_one(report: Report, key: str) -> None:
    from vizcore.settings import current
    from vizcore.zoo.catalogue import card as card_of
    from vizcore.zoo.weights import availability
    from vizcore.zoo.weights import fetch as download

    card = card_of(key)
    before = availability(card)
    folder = download(card, current(), _Progress(card), lambda: False)
    state = before if before in {"bundled", "here"} else "downloaded"
    content = {"model": key, "state": state, "size_mb": card.size_mb or None, "folder": str(folder)}
    text = f"{key}: {'downloaded to' if state == 'downloaded' else 'already in'} {folder}"
    report.show(key, content, text, Provenance(operation="fetch", model=key, versions=versions()))


class _Progress:
    """A line on standard error that counts megabytes; on a terminal it stays one line."""

    def __init__(self, card: ModelCard) -> None:
        self.name = card.key
        self.step = -1

    def __call__(self, done: int, total: int | None) -> None:
        step = done * 20 // total if total else done // 5_000_000
        if step == self.step:
            return
        self.step = step
        whole = f" of {total / 1e6:.1f}" if total else ""
        start, end = ("\r", "" if done != total else "\n") if sys.stderr.isatty() else ("", "\n")
        typer.echo(f"{start}{self.name}: {done / 1e6:.1f}{whole} MB{end}", nl=False, err=True)


def bench(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="Which ones; default: all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure ours against peers on this machine (source folder)."""
    if not (SOURCES / "benchmarks" / "__main__.py").is_file():
        report = Report("bench", as_json=as_json)
        report.fail(None, BenchmarksMissing(folder=str(SOURCES)))
        report.finish()
    command = [sys.executable, "-m", "benchmarks", *(names or []), *(["--json"] if as_json else [])]
    raise typer.Exit(subprocess.run(command, cwd=SOURCES, check=False).returncode)
