"""What does a detector find in pictures, and where?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from vizcore.cli.inputs import Files, ModelKey, choose_card, read_photo
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vizcore.photo import Photo
    from vizcore.results import Detections

SESSION = "command line"


def detect(
    files: Files,
    model: ModelKey = None,
    score: Annotated[
        float | None, typer.Option("--score", min=0.001, max=1.0, help="Least score of a box; default: the card's.")
    ] = None,
    iou: Annotated[
        float, typer.Option("--iou", min=0.0, max=1.0, help="NMS: largest IoU of two boxes of one class.")
    ] = 0.7,
    classes: Annotated[str, typer.Option("--classes", metavar="A,B", help="Only these classes; default: all.")] = "",
    as_json: AsJson = False,
) -> None:
    """The boxes that a detector finds in each picture, with class and score."""
    report = Report("detect", as_json=as_json, model=model)
    wanted = [each.strip() for each in classes.split(",") if each.strip()]
    for file in files:
        with report.about(file):
            found = _detected(read_photo(file), model, score, iou, wanted)
            rows = [
                {"box_xyxy": box, "label": found.labels[place], "score": value}
                for box, place, value in zip(found.boxes_xyxy, found.class_ids, found.scores, strict=True)
            ]
            timing = {phase: found.provenance.timing_ms[phase] for phase in ("pre", "model", "post")}
            content = {"model": found.provenance.model, "detections": rows, "timing_ms": timing}
            report.show(file, content, _text(file, found), found.provenance)
    report.finish()


def _detected(photo: Photo, key: str | None, score: float | None, iou: float, wanted: Sequence[str]) -> Detections:
    from vizcore.engine import shared_engine

    card = choose_card(key, "detect")
    engine = shared_engine()  # before anything imports torch: it decides how torch's threads wait
    from vizcore.detection.choosing import ChoiceSettings
    from vizcore.detection.detect import DetectSettings
    from vizcore.detection.detect import detect as operation

    settings = DetectSettings(choice=ChoiceSettings(score=score or card.score, iou=iou), classes=tuple(wanted))
    return cast("Detections", engine.run(operation, card.key, photo, settings, session=SESSION))


def _text(file: str, found: Detections) -> str:
    head = f"{file} ({found.provenance.model}): {len(found)}"
    lines = [
        f"  {value:7.2%}  {found.labels[place]:<15} " + " ".join(f"{edge:7.1f}" for edge in box)
        for box, place, value in zip(found.boxes_xyxy, found.class_ids, found.scores, strict=True)
    ]
    return "\n".join([head, *lines])
