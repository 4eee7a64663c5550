"""What is taken away: the report, the truth and the detections as COCO files that read the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vizcore.i18n import _
from vizcore.metrics.detection.coco_written import found_pieces, truth_pieces
from vizcore.metrics.detection.operating_point import Confusion
from vizcore.metrics.detection.report import DetectionReport, detection_report
from vizcore.ui import downloads
from vizcore.ui.export_formats import json_pieces
from vizcore.ui.panels.detection_metrics.class_headings import TRUTH, matrix_headings
from vizcore.ui.panels.detection_metrics.page_state import KEY, PageState


def show(state: PageState, iou: float, score: float, confusion: Confusion) -> None:
    """A row of buttons; everything is made when it is asked for."""
    with downloads.export():
        _button(_("Report (JSON)"), lambda: json_pieces(report_of(state, iou, score)), "report.json", "report")
        downloads.download_csv(lambda: matrix_rows(state, confusion), name="confusion", key=f"{KEY}.confusion.csv",
                               label=_("Confusion matrix (CSV)"))  # fmt: skip
        _button(_("Truth (COCO)"), lambda: truth_pieces(state.data), "annotations.json", "truth.json")
        _button(_("Detections (COCO)"), lambda: found_pieces(state.data), "detections.json", "found.json")


def report_of(state: PageState, iou: float, score: float) -> DetectionReport:
    """Every number about this detector at this operating point."""
    return detection_report(state.data, state.provenance(iou=iou, score=score), iou=iou, score=score)


def matrix_rows(state: PageState, confusion: Confusion) -> list[dict[str, downloads.Cell]]:
    """One row for each class of the truth, the background last; a column for each, whatever the classes are called."""
    names = matrix_headings(state.data)
    return [
        {TRUTH: name, **dict(zip(names, line, strict=True))}
        for name, line in zip(names, confusion.matrix.tolist(), strict=True)
    ]


def _button(label: str, make: Callable[[], Iterator[bytes]], name: str, key: str) -> None:
    downloads.download_pieces(make, name=name, mime="application/json", key=f"{KEY}.{key}", label=label)
