"""What text stands in pictures?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from vizcore.cli.inputs import Files, choose_card, read_photo
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.photo import Photo
    from vizcore.reading.results import ReadText

SESSION = "command line"
PREFERRED = "rapidocr"


def read(
    files: Files,
    engine: Annotated[
        str | None, typer.Option("--engine", metavar="E", help="rapidocr or tesseract; otherwise the one that is here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The text in each picture, line by line, with boxes and confidence."""
    report = Report("read", as_json=as_json)
    for file in files:
        with report.about(file):
            key = engine or _engine_here()
            found = _read(read_photo(file), key)
            boxes = found.boxes_xyxy
            lines = [
                {"text": found.texts[place], "box": boxes[place], "confidence": found.confidences[place]}
                for row in found.rows
                for place in row
            ]
            timing = {"read": found.provenance.timing_ms["read"]}
            content = {"model": key, "text": found.text, "lines": lines, "timing_ms": timing}
            report.show(file, content, found.text, found.provenance)
    report.finish()


def _engine_here() -> str:
    """The preferred engine, unless another one is on this machine and it is not."""
    from vizcore.zoo.catalogue import cards_for
    from vizcore.zoo.weights import availability

    here = [card.key for card in cards_for("read") if availability(card) in ("here", "bundled")]
    return here[0] if here and PREFERRED not in here else PREFERRED


def _read(photo: Photo, key: str) -> ReadText:
    from vizcore.engine import shared_engine

    card = choose_card(key, "read")
    engine = shared_engine()
    from vizcore.reading.read import read_text

    return cast("ReadText", engine.run(read_text, card.key, photo, None, session=SESSION))
