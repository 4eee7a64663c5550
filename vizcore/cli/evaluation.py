"""How good are a detector's boxes? COCO's annotations against COCO's detections; no model runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.inputs import read_file
from vizcore.cli.report import AsJson, Report
from vizcore.errors import EvaluationTooLarge
from vizcore.settings import current

if TYPE_CHECKING:
    from vizcore.metrics.detection.dataset import DetectionData


class ConventionName(StrEnum):
    """By whose rules AP is counted."""

    coco = "coco"
    voc07 = "voc07"
    voc = "voc"
    ultralytics = "ultralytics"


def evaluate(
    gt: Annotated[str, typer.Option("--gt", metavar="GT.json", help="Annotations in COCO's format.")],
    dt: Annotated[str, typer.Option("--dt", metavar="DT.json", help="Detections in COCO's results format.")],
    convention: Annotated[
        ConventionName, typer.Option("--convention", help="COCO's twelve numbers, or AP by another rule.")
    ] = ConventionName.coco,
    as_json: AsJson = False,
) -> None:
    """AP and AR of detections: COCO's twelve numbers with pycocotools' names, or AP as VOC or Ultralytics count it."""
    report = Report("evaluate", as_json=as_json)
    files = [gt, dt]
    with report.about(files):
        from vizcore.metrics.detection.coco_files import read_coco_pair

        data = read_coco_pair(read_limited(Path(gt), "annotations"), read_limited(Path(dt), "detections"))
        content = {
            "convention": convention.value,
            **_numbers(data, convention.value),
            "pictures": len(data.pictures),
            "objects": len(data.truth),
            "detections": len(data.found),
            "left_out": data.left_out,
            "outside": data.outside,
        }
        report.show(files, content, _text(content))
    report.finish()


def _numbers(data: DetectionData, convention: str) -> dict[str, Any]:
    if convention == "coco":
        from vizcore.metrics.detection.coco_definitions import NAMES
        from vizcore.metrics.detection.coco_summary import coco_statistics

        return {"stats": coco_statistics(data), "names": list(NAMES)}
    from vizcore.metrics.detection.average_precision import average_precisions
    from vizcore.metrics.detection.matching import IOU_THRESHOLDS

    found = average_precisions(data.truth, data.found, len(data.class_names), convention, IOU_THRESHOLDS)
    means = found.mean
    return {"stats": [means.mean(), means[0], means[5]], "names": ["AP", "AP50", "AP75"]}


def _text(content: dict[str, Any]) -> str:
    head = f"{content['convention']}: {content['pictures']} pictures, {content['objects']} objects, "
    rows = [f"  {name:6} {value:8.4f}" for name, value in zip(content["names"], content["stats"], strict=True)]
    outside = f"  boxes wholly outside their picture: {content['outside']}"
    return "\n".join([f"{head}{content['detections']} detections", *rows, *([outside] if content["outside"] else [])])


def read_limited(path: Path, file: str) -> bytes:
    """The file's bytes; one over the limit is refused before it is read."""
    limit = current().evaluation_limit_mb
    return read_file(path, limit, EvaluationTooLarge(file=file, limit_mb=limit, actual_mb=0))
