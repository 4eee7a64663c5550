"""What is taken away: every number with its provenance, and the scores themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vizcore.i18n import _
from vizcore.metrics.classification.csv_files import scores_csv
from vizcore.metrics.classification.report import ClassificationReport, report_content
from vizcore.results import FloatArray
from vizcore.ui import downloads
from vizcore.ui.export_formats import json_pieces
from vizcore.ui.panels.classification_metrics.page_state import KEY, PageState

Point = Callable[[], Mapping[str, Any]]


def show(state: PageState, threshold: float | FloatArray, point: Point | None = None) -> None:
    """A row of buttons; everything is made when it is asked for. point: the class at its threshold that is shown."""
    with downloads.export():
        downloads.download_pieces(
            lambda: json_pieces(report_of(state, threshold, point)), name="classification-report.json",
            mime="application/json", key=f"{KEY}.report", label=_("Report (JSON)"),
        )  # fmt: skip
        downloads.download_csv(
            lambda: scores_csv(state.data), name="scores", key=f"{KEY}.scores.csv", label=_("Scores (CSV)")
        )


def report_of(state: PageState, threshold: float | FloatArray, point: Point | None = None) -> ClassificationReport:
    """Every number about these scores at this threshold; where the best class answers, only the point is at it."""
    values = threshold if isinstance(threshold, float) else [float(each) for each in threshold]
    used = {} if state.data.kind == "multiclass" else {"threshold": values}
    return ClassificationReport(
        state.provenance(**used), **report_content(state.data, threshold), operating_point=point() if point else None
    )
