"""Do the models still answer golden pictures as they did when somebody recorded it?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.monitoring.golden import GoldenCheck


def golden(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY...]", help="Models; default: all of ours.")] = None,
    record: Annotated[bool, typer.Option("--record", help="Record today's answers in place of the old ones.")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask golden pictures again and compare with the record (the first time: record). Status 2 when one differs."""
    from vizcore.monitoring.golden import CHECKED, remember
    from vizcore.runtimes.answers import ours

    report = Report("golden", as_json=as_json)
    checks: dict[str, GoldenCheck] = {}
    for key in keys or ours():
        with report.about(key):
            checks[key] = _check_one(report, key, record=record)
    if not keys:
        with report.about(None), _kept_as(CHECKED):
            remember(checks)
    report.failed = report.failed or not all(each.passed for each in checks.values())
    report.finish()


@contextlib.contextmanager
def _kept_as(name: str) -> Iterator[None]:
    """FileUnreadable (unwritable) with the path of this file of the cache folder where it cannot be written."""
    from vizcore.errors import FileUnreadable
    from vizcore.monitoring.golden import kept_file

    try:
        yield
    except OSError:
        raise FileUnreadable(file=str(kept_file(name)), reason="unwritable") from None


def _check_one(report: Report, key: str, *, record: bool) -> GoldenCheck:
    from vizcore.engine.device import limit_threads
    from vizcore.monitoring import golden
    from vizcore.settings import current
    from vizcore.zoo.catalogue import card
    from vizcore.zoo.load import load_model

    limit_threads(current().threads)
    found = golden.golden_answers(load_model(card(key), "cpu"), golden.golden_photos())
    known = golden.check(found)
    new = record or not known.recorded
    if new:
        with _kept_as(f"{key}.json"):
            golden.record(found)
        known = golden.check(found)
    content = {
        "model": key,
        "passed": known.passed,
        "new": new,
        "problems": known.problems,
        "drift": known.drift,
        "recorded": known.recorded,
    }
    words = "recorded" if new else "as recorded" if known.passed else f"differs: {', '.join(known.problems)}"
    report.show(key, content, f"{key}: {words} (largest difference {known.drift:.1e})", found.provenance)
    return known
