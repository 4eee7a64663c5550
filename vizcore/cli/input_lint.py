"""What does each fault of the input do to a model's decision?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.features import SESSION
from vizcore.cli.inputs import Files, ModelKey, choose_card, read_photo
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.photo import Photo
    from vizcore.robustness.input_lint import LintReport, LintRow
    from vizcore.zoo.cards import ModelCard


def lint(
    files: Files,
    model: ModelKey = None,
    fault: Annotated[
        list[str] | None, typer.Option("--fault", metavar="NAME", help="Only this fault; may be given several times.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Each picture through every fault of a pipeline (BGR, 0..255, another fit ...): which ones change the decision?"""
    report = Report("lint", as_json=as_json, model=model)
    for file in files:
        with report.about(file):
            card = choose_card(model, "classify", "detect", "promptable")
            found = _linted(card, read_photo(file), tuple(fault or ()))
            content = {
                "model": card.key,
                "right": {"top1": found.answer or None, "confidence": found.confidence},
                "variants": [_row(row) for row in found.rows],
            }
            report.show(file, content, _text(file, found), found.provenance)
    report.finish()


def _linted(card: ModelCard, photo: Photo, faults: tuple[str, ...]) -> LintReport:
    from vizcore.engine import shared_engine
    from vizcore.errors import UnknownChoice
    from vizcore.preprocessing.variants.table import VARIANTS
    from vizcore.robustness.input_lint import LintSettings, lint

    if unknown := [each for each in faults if each not in VARIANTS]:
        raise UnknownChoice(option="fault", wanted=unknown[0], known=list(VARIANTS))
    found: Any = shared_engine().run(lint, card.key, photo, LintSettings(faults), session=SESSION)
    return found  # type: ignore[no-any-return]


def _row(row: LintRow) -> dict[str, Any]:
    from vizcore.preprocessing.variants.table import VARIANTS

    variant = VARIANTS[row.name]
    return {
        "name": row.name,
        "changed": row.changed,
        "top1": row.top1 or None,
        "confidence": row.confidence,
        "overlap": row.overlap,
        "lost": row.lost,
        "extra": row.extra,
        "warning": variant.warning,
        "remedy": variant.remedy,
    }


def _text(file: str, found: LintReport) -> str:
    head = f"{file} ({found.provenance.model}): {found.answer or '-'} {found.confidence:.0%}, {found.changed} of "
    rows = [
        f"  {'CHANGED' if row.changed else 'kept':8}{row.name:18}{row.top1 or '-':24.24} {row.confidence:5.0%}"
        f"  overlap {row.overlap:.2f}"
        for row in found.rows
    ]
    return "\n".join([f"{head}{len(found.rows)} faults change the decision", *rows])
