"""Which models can be asked, and are they on this machine?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, get_args

import typer

from vizcore.cli.report import AsJson, Report

COLUMNS = ("key", "task", "family", "available", "size_mb", "title")


def models(
    task: Annotated[str | None, typer.Option(metavar="TASK", help="Only this task: classify, embed, ...")] = None,
    as_json: AsJson = False,
) -> None:
    """List the models and whether their weights are here."""
    from vizcore.zoo.cards import Task
    from vizcore.zoo.catalogue import visible_cards

    if task is not None and task not in get_args(Task):
        raise typer.BadParameter(f"{task}; there are {', '.join(get_args(Task))}", param_hint="--task")
    report = Report("models", as_json=as_json)
    with report.about(None):
        rows = [_row(card.key) for card in visible_cards() if task in (None, card.task)]
        widths = {column: max([len(_cell(row, column)) for row in rows], default=0) for column in COLUMNS}
        for row in rows:
            text = "  ".join(_cell(row, column).ljust(widths[column]) for column in COLUMNS).rstrip()
            report.show(None, row, text)
    report.finish()


def _row(key: str) -> dict[str, Any]:
    from vizcore.zoo.catalogue import card
    from vizcore.zoo.weights import availability

    found = card(key)
    return {
        "key": found.key,
        "task": found.task,
        "family": found.family,
        "title": found.title,
        "available": availability(found),
        "source": found.source,
        "size_mb": found.size_mb or None,
        "licence": asdict(found.licences),
        "measured": [asdict(each) for each in found.measured],
    }


def _cell(row: dict[str, Any], column: str) -> str:
    value = row[column]
    return f"{value:.1f} MB" if column == "size_mb" and value else str(value or "")
