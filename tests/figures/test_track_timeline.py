"""Does the timeline's legend name the tracker ids while they are few, and make no room for them when they are not?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.figures.track_timeline import (
    IN_ONE_ROW,
    LEGEND_ROW,
    MOST_NAMED,
    MOST_ROWS,
    MOST_TRACES,
    timeline_figure,
)
from vizcore.figures.tracks import id_colour
from vizcore.metrics.tracking.report import evaluate_tracking
from vizcore.metrics.tracking.tables import track_table, tracking_data

NAMES = {
    "object": "object {n}", "miss": "miss", "switch": "switch", "false_alarm": "false alarm", "id": "id {n}",
    "frame": "frame",
}  # fmt: skip


@pytest.mark.parametrize(
    ("ids", "named"), [(1, ["id 1"]), (MOST_NAMED, [f"id {n}" for n in range(1, MOST_NAMED + 1)]), (MOST_NAMED + 1, [])]
)
def test_tracker_ids_are_named_while_they_are_few(ids: int, named: list[str]) -> None:
    """One object that gets another id in each frame: every change but the first id is a switch."""
    frames = list(range(1, ids + 1))
    boxes = [(0.0, 0.0, 10.0, 10.0)] * ids
    report = evaluate_tracking(tracking_data(track_table(frames, [1] * ids, boxes), track_table(frames, frames, boxes)))
    figure = timeline_figure(report, NAMES)
    shown = [trace.name for trace in figure.data if trace.showlegend is not False]
    assert shown == named + (["switch"] if ids > 1 else [])
    drawn = [trace.name for trace in figure.data if trace.name.startswith("id ")]
    assert drawn == [f"id {n}" for n in frames]  # the pointer names them all
    beyond = max(0, len(shown) - IN_ONE_ROW)
    assert figure.layout.height - LEGEND_ROW * beyond == timeline_figure(report_of_one(), NAMES).layout.height


def test_objects_that_are_not_drawn_have_no_trace() -> None:
    count = MOST_ROWS + 5
    boxes = [(100.0 * place, 0.0, 100.0 * place + 10, 10.0) for place in range(count)]
    table = track_table([1] * count, list(range(1, count + 1)), boxes)
    figure = timeline_figure(evaluate_tracking(tracking_data(table, table)), NAMES)
    assert [trace.name for trace in figure.data] == [f"id {n}" for n in range(1, MOST_ROWS + 1)]


@pytest.mark.parametrize("ids", [MOST_TRACES, MOST_TRACES + 1, 900])
def test_every_mark_of_very_many_ids_has_its_colour_and_its_name(ids: int) -> None:
    frames = list(range(1, ids + 1))
    boxes = [(0.0, 0.0, 10.0, 10.0)] * ids
    report = evaluate_tracking(tracking_data(track_table(frames, [1] * ids, boxes), track_table(frames, frames, boxes)))
    traces = [trace for trace in timeline_figure(report, NAMES).data if trace.marker.symbol == "square"]
    assert len(traces) <= MOST_TRACES
    marks: dict[int, tuple[str, str]] = {}
    for trace in traces:
        named = trace.customdata is not None
        said = [f"id {each}" for each in trace.customdata] if named else [trace.name] * len(trace.x)
        assert ("id %{customdata}" in trace.hovertemplate) == named
        marks |= {int(at): (trace.marker.color, name) for at, name in zip(trace.x, said, strict=True)}
    assert marks == {n: (id_colour(n), f"id {n}") for n in frames}
    assert np.isin([trace.showlegend for trace in traces], [False]).all()


def report_of_one():  # type: ignore[no-untyped-def]
    one = track_table([1], [1], [(0.0, 0.0, 10.0, 10.0)])
    return evaluate_tracking(tracking_data(one, one))
