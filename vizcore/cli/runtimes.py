"""How is a machine made ready to answer through ONNX Runtime?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vizcore.cli.report import AsJson, Report
from vizcore.provenance import versions
from vizcore.results import Provenance

if TYPE_CHECKING:
    from vizcore.zoo.cards import ModelCard


def prepare_runtimes(
    keys: Annotated[list[str] | None, typer.Argument(metavar="[KEY...]", help="Models; default: all of ours.")] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Only those without a record on this machine.")] = False,
    as_json: AsJson = False,
) -> None:
    """Export our models, compare them with torch, measure both: where ONNX Runtime is equal and faster, it answers."""
    from vizcore.runtimes.answers import ours

    report = Report("prepare-runtimes", as_json=as_json)
    for key in keys or ours():
        with report.about(key):
            _prepare_one(report, key, again=not missing)
    report.finish()


def _prepare_one(report: Report, key: str, *, again: bool) -> None:
    from vizcore.engine.device import limit_threads
    from vizcore.errors import FileUnreadable, ModelCannot
    from vizcore.runtimes.answers import may_be_served
    from vizcore.runtimes.serving import prepare, prepared_before, record_file
    from vizcore.settings import current
    from vizcore.zoo.catalogue import card as card_of
    from vizcore.zoo.load import load_model

    limit_threads(current().threads)
    card: ModelCard = card_of(key)
    model = load_model(card, "cpu")
    if not may_be_served(model):
        raise ModelCannot(model=key, ability="export")
    found = (None if again else prepared_before(model)) or prepare(model)
    if prepared_before(model) != found:  # no server would find it
        raise FileUnreadable(file=str(record_file(model)), reason="unwritable")
    content = {
        "model": key,
        "used": found.used,
        "equal": found.equal,
        "ratio": found.ratio,
        "difference": found.difference,
        "threads": found.threads,
    }
    words = "ONNX Runtime answers" if found.used else "torch answers"
    text = f"{key}: {words} ({found.ratio:.2f} of torch's time, largest difference {found.difference:.2g})"
    made_by = Provenance(operation="prepare-runtimes", model=key, weights_sha256=model.weights_sha256,
                         versions=versions())  # fmt: skip
    report.show(key, content, text, made_by)
