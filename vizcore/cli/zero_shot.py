"""Which of these words fits a picture best, to a model that reads?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from vizcore.cli.features import SESSION
from vizcore.cli.inputs import Files, ModelKey, choose_card, read_photo
from vizcore.cli.report import AsJson, Report
from vizcore.errors import ModelCannot, UnknownModel

if TYPE_CHECKING:
    from vizcore.features.zero_shot import ZeroShot
    from vizcore.zoo.cards import ModelCard

SENTENCE = "a photo of a {}"


def zero_shot(
    files: Files,
    labels: Annotated[str, typer.Option("--labels", metavar="A,B,C", help="In English, commas between.")],
    model: ModelKey = None,
    sentence: Annotated[str, typer.Option("--sentence", metavar="S", help="Each label stands where {} is.")] = SENTENCE,
    as_json: AsJson = False,
) -> None:
    """Labels of your own, without training: their shares by a model of text and pictures (CLIP), best first."""
    if "{}" not in sentence:
        raise typer.BadParameter(f'"{sentence}" has no {{}} for the label', param_hint="--sentence")
    report = Report("zero-shot", as_json=as_json, model=model)
    for file in files:
        with report.about(file):
            found = _compared(file, labels, model, sentence)
            rows = [
                {
                    "label": found.labels[place],
                    "probability": found.probabilities[place],
                    "cosine": found.cosines[place],
                }
                for place in found.order()
            ]
            key = found.provenance.model
            content = {"model": key, "sentence": sentence, "labels": rows, "timing_ms": found.provenance.timing_ms}
            lines = [f"  {each['probability']:7.2%}  {each['cosine']:+.3f}  {each['label']}" for each in rows]
            report.show(file, content, "\n".join([f"{file} ({key})", *lines]), found.provenance)
    report.finish()


def _compared(file: str, labels: str, model: str | None, sentence: str) -> ZeroShot:
    photo, card = read_photo(file), _reading_card(model)
    from vizcore.engine import shared_engine

    engine = shared_engine()  # before anything imports torch: it decides how torch's threads wait
    from vizcore.features.zero_shot import ZeroShotSettings, labels_of
    from vizcore.features.zero_shot import zero_shot as operation

    settings = ZeroShotSettings(labels_of(labels), sentence)
    return cast("ZeroShot", engine.run(operation, card.key, photo, settings, session=SESSION))


def _reading_card(key: str | None) -> ModelCard:
    """The card with this key, or the first one of a model that reads. Errors: UnknownModel, ModelCannot."""
    from vizcore.zoo.catalogue import cards_for

    if key is None:
        readers = [each for each in cards_for("embed") if each.facts.get("tokenizer")]
        if not readers:
            raise UnknownModel(key="", known=[])
        return readers[0]
    chosen = choose_card(key, "embed", "classify")
    if not chosen.facts.get("tokenizer"):
        raise ModelCannot(model=key, ability="text")
    return chosen
