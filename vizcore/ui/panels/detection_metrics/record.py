"""What is taken away: the report, the truth and the detections as COCO files that read the same."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.metrics.detection.coco_written import found_json, truth_json
from vizcore.metrics.detection.operating_point import Confusion
from vizcore.metrics.detection.report import DetectionReport, detection_report
from vizcore.ui import downloads
from vizcore.ui.panels.detection_metrics.page_state import KEY, PageState


def show(state: PageState, iou: float, score: float, confusion: Confusion) -> None:
    """A row of buttons; everything is made when it is asked for."""
    with downloads.export():
        _button(_("Report (JSON)"), lambda: report_bytes(state, iou, score), "report.json", "report")
        downloads.download_csv(matrix_rows(state, confusion), name="confusion", key=f"{KEY}.confusion.csv",
                               label=_("Confusion matrix (CSV)"))  # fmt: skip
        _button(_("Truth (COCO)"), lambda: _json(truth_json(state.data)), "annotations.json", "truth.json")
        _button(_("Detections (COCO)"), lambda: _json(found_json(state.data)), "detections.json", "found.json")


def report_bytes(state: PageState, iou: float, score: float) -> bytes:
    """The report with its provenance."""
    return downloads.json_bytes(report_of(state, iou, score))


def report_of(state: PageState, iou: float, score: float) -> DetectionReport:
    """Every number about this detector at this operating point."""
    return detection_report(state.data, state.provenance(iou=iou, score=score), iou=iou, score=score)


def matrix_rows(state: PageState, confusion: Confusion) -> list[dict[str, downloads.Cell]]:
    """One row for each class of the truth, "background" last."""
    names = [*state.data.class_names, "background"]
    return [
        {"truth": name, **dict(zip(names, line, strict=True))}
        for name, line in zip(names, confusion.matrix.tolist(), strict=True)
    ]


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()


def _button(label: str, data: Any, name: str, key: str) -> None:
    st.download_button(
        label, data, file_name=name, mime="application/json", key=f"{KEY}.{key}", icon=":material/download:",
        on_click="ignore",
    )  # fmt: skip
