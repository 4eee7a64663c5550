"""How good are scores of classes, and how far is a text from its reference, as numbers on the command line?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.inputs import finite, read_file
from vizcore.cli.report import AsJson, Report
from vizcore.errors import EvaluationTooLarge, TextUnreadable
from vizcore.results import Provenance
from vizcore.settings import current

if TYPE_CHECKING:
    from vizcore.metrics.text.error_rates import Aligned, TextMetrics

TEXT_LIMIT_MB = 5.0
DEFAULT_STEPS = "nfc,line_ends"
Threshold = Annotated[
    float,
    typer.Option(
        "--threshold", callback=finite, help="From which score on a label counts; the best class answers in multiclass."
    ),
]
Steps = Annotated[
    str,
    typer.Option(
        "--normalise",
        metavar="STEPS",
        help="Steps joined by commas: nfc, line_ends, spaces, case, punctuation, ligatures, digits; or none.",
    ),
]


def classification_metrics(
    file: Annotated[str, typer.Argument(metavar="SCORES.csv", help="Column truth, then one of scores a class.")],
    threshold: Threshold = 0.5,
    as_json: AsJson = False,
) -> None:
    """Accuracy, F1, ROC-AUC, PR-AUC, calibration and confusion of scores in a CSV; no model runs."""
    report = Report("classification-metrics", as_json=as_json)
    with report.about(file):
        from vizcore.metrics.classification.csv_files import read_scores
        from vizcore.metrics.classification.report import report_content
        from vizcore.provenance import versions

        limit = current().evaluation_limit_mb
        too_large = EvaluationTooLarge(file=Path(file).name, limit_mb=limit, actual_mb=0)
        content = report_content(data := read_scores(read_file(Path(file), limit, too_large)), threshold)
        numbers = content.pop("numbers")
        used = None if data.kind == "multiclass" else threshold
        answer = {**numbers, **content, "threshold": used}
        made_by = Provenance("classification-metrics", settings={"threshold": used}, versions=versions())
        report.show(file, answer, _score_text(answer, numbers), made_by)
    report.finish()


def _score_text(content: dict[str, Any], numbers: dict[str, float]) -> str:
    head = f"{content['kind']}: {content['examples']} examples, {len(content['labels'])} labels"
    lines = [f"  {name:20} {value:.6g}" for name, value in numbers.items()]
    lines += [f"  {name}: undefined ({reason})" for name, reason in content["undefined"].items()]
    return "\n".join([head, *lines])


def text_metrics(
    reference: Annotated[str, typer.Option("--reference", metavar="R.txt", help="What stands there.")],
    hypothesis: Annotated[str, typer.Option("--hypothesis", metavar="H.txt", help="What was read.")],
    normalise: Steps = DEFAULT_STEPS,
    as_json: AsJson = False,
) -> None:
    """Character and word error rate of a text, and which characters stand for which."""
    from vizcore.metrics.text.normalisation import STEPS

    steps = [each.strip() for each in normalise.split(",") if each.strip() not in ("", "none")]
    if unknown := [each for each in steps if each not in STEPS]:
        raise typer.BadParameter(f"{', '.join(unknown)}; there are {', '.join(STEPS)}, none", param_hint="--normalise")
    report = Report("text-metrics", as_json=as_json)
    files = [reference, hypothesis]
    with report.about(files):
        from vizcore.metrics.text.error_rates import compare_texts
        from vizcore.provenance import versions

        found = compare_texts(_read_text(Path(reference)), _read_text(Path(hypothesis)), steps)
        made_by = Provenance("text-metrics", settings={"normalise": found.steps}, versions=versions())
        report.show(files, text_content(found), _text(found), made_by)
    report.finish()


def _read_text(path: Path) -> str:
    from vizcore.metrics.text.files import decode_text

    too_large = TextUnreadable(file=path.name, reason="megabytes", limit_mb=TEXT_LIMIT_MB)
    return decode_text(read_file(path, TEXT_LIMIT_MB, too_large), path.name)


def text_content(found: TextMetrics) -> dict[str, Any]:
    """The keys of `text-metrics`; a rate without a reference is null."""
    from vizcore.metrics.text.error_rates import bag_error, conventions

    return {
        "cer": found.cer,
        "wer": found.wer,
        "edits": _edits(found.characters),
        "word_edits": _edits(found.words),
        "conventions": conventions(found.characters.edits),
        "bag_of_words": bag_error(found.words.reference, found.words.reading),
        "normalise": found.steps,
        "alignment": [
            {
                "kind": step.kind,
                "reference": found.characters.reference[step.reference] if step.reference >= 0 else None,
                "hypothesis": found.characters.reading[step.reading] if step.reading >= 0 else None,
            }
            for step in found.characters.steps
        ],
    }


def _edits(aligned: Aligned) -> dict[str, int]:
    edits = aligned.edits
    return {
        "substitutions": edits.substitutions,
        "deletions": edits.deletions,
        "insertions": edits.insertions,
        "hits": edits.hits,
    }


def _text(found: TextMetrics) -> str:
    lines = []
    for name, value, aligned in (("CER", found.cer, found.characters), ("WER", found.wer, found.words)):
        edits = aligned.edits
        shown = "undefined (empty reference)" if value is None else f"{value:.6g}"
        parts = f"S {edits.substitutions}, D {edits.deletions}, I {edits.insertions}"
        lines.append(f"{name} {shown} = ({parts}) / {edits.reference_length}")
    return "\n".join(lines)
