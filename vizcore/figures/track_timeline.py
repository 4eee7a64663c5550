"""Who was who in each frame: a row for each true object, the colour of the tracker id in each cell, switches marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from vizcore.figures.theme import INK, MUTED_INK
from vizcore.figures.tracks import id_colour
from vizcore.metrics.tracking.report import TrackingReport
from vizcore.metrics.tracking.tables import IntArray

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW = 34  # pixels of one object's row
FRAME_PX = 900  # width that the frames share, about
MOST_ROWS = 40
LEGEND_ROW, IN_ONE_ROW = 19, 3  # pixels of an entry of the legend; entries for which a telephone has room side by side
MOST_NAMED = 6  # tracker ids in the legend; more of them are named by the pointer alone
MOST_TRACES = 60  # tracker ids with a trace each: Plotly takes milliseconds for every one


def timeline_figure(
    report: TrackingReport, names: Mapping[str, str], *, frame: int | None = None, dark: bool = False
) -> go.Figure:
    """names: object, miss, switch, false_alarm, id, frame in words. frame: marked by a line. Every mark is clickable
    and its x is the frame; at most 40 objects are shown, the first ones."""
    import plotly.graph_objects as go

    objects = report.overlaps.truth_ids[:MOST_ROWS].tolist()
    row_of = {who: place for place, who in enumerate(objects)}
    side = float(np.clip(FRAME_PX / max(report.data.frames, 1) - 2, 4, 22))
    figure = go.Figure()
    for trace in _matched(report, row_of, names, side):
        figure.add_scatter(**trace)
    for trace in (_missed(report, row_of, names, side, dark), _switched(report, row_of, names, side, dark)):
        if len(trace["x"]):
            figure.add_scatter(**trace)
    alarms = _alarms(report, names, len(objects), dark)
    if len(alarms["x"]):
        figure.add_scatter(**alarms)
    if frame is not None:
        figure.add_vline(x=frame, line={"color": INK.on(dark=dark), "width": 1, "dash": "dot"})
    rows = [names["object"].format(n=who) for who in objects] + ([names["false_alarm"]] if len(alarms["x"]) else [])
    named = sum(trace.showlegend is not False for trace in figure.data)
    figure.update_layout(
        height=ROW * len(rows) + 96 + LEGEND_ROW * max(0, named - IN_ONE_ROW),
        margin={"l": 0, "r": 8, "t": 4, "b": 4},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis={"title": names["frame"], "range": [0.3, report.data.frames + 0.7], "fixedrange": True, "zeroline": False,
               "dtick": max(1, -(-report.data.frames // 10))},
        yaxis={"tickvals": list(range(len(rows))), "ticktext": rows, "range": [len(rows) - 0.4, -0.6],
               "fixedrange": True, "automargin": True, "zeroline": False},
        hovermode="closest",
        clickmode="event+select",
        dragmode=False,
    )  # fmt: skip
    return figure


def _matched(
    report: TrackingReport, row_of: Mapping[int, int], names: Mapping[str, str], side: float
) -> list[dict[str, Any]]:
    """One trace for each tracker id that is drawn, so that the legend names it, if they are few; of very many ids one
    for each colour, whose marks have their own names."""
    matches, data = report.matches, report.data
    drawn = np.isin(data.truth.ids[matches.truth_rows], list(row_of))
    rows, ids = matches.truth_rows[drawn], data.found.ids[matches.found_rows][drawn]
    identities = np.unique(ids).tolist()
    square = {"symbol": "square", "size": side}
    if len(identities) > MOST_TRACES:
        colours = np.array([id_colour(identity) for identity in identities])[np.searchsorted(identities, ids)]
        said = f"%{{x}}<extra>{names['id'].format(n='%{customdata}')}</extra>"
        return [
            _trace(report, rows[colours == each], row_of, "", square | {"color": each})
            | {"customdata": ids[colours == each], "hovertemplate": said, "showlegend": False}
            for each in np.unique(colours).tolist()
        ]
    return [
        _trace(report, rows[ids == each], row_of, names["id"].format(n=each), square | {"color": id_colour(each)})
        | {"showlegend": len(identities) <= MOST_NAMED}
        for each in identities
    ]


def _missed(
    report: TrackingReport, row_of: Mapping[int, int], names: Mapping[str, str], side: float, dark: bool
) -> dict[str, Any]:
    rows = np.setdiff1d(np.arange(len(report.data.truth)), report.matches.truth_rows)
    grey = MUTED_INK.on(dark=dark)
    return _trace(report, rows, row_of, names["miss"], {"symbol": "square-open", "size": side, "color": grey})


def _switched(
    report: TrackingReport, row_of: Mapping[int, int], names: Mapping[str, str], side: float, dark: bool
) -> dict[str, Any]:
    rows = report.matches.truth_rows[report.matches.switches]
    mark = {"symbol": "triangle-down", "size": max(side * 0.7, 9), "color": INK.on(dark=dark),
            "line": {"width": 2, "color": "#ffffff"}}  # fmt: skip
    return _trace(report, rows, row_of, names["switch"], mark)


def _trace(
    report: TrackingReport, rows: IntArray, row_of: Mapping[int, int], name: str, marker: dict[str, Any]
) -> dict[str, Any]:
    truth = report.data.truth
    shown = rows[np.isin(truth.ids[rows], list(row_of))]
    return {
        "x": np.array(truth.frames[shown]),  # arrays, as Plotly looks at each number of a list
        "y": np.array([row_of[who] for who in truth.ids[shown].tolist()]),
        "mode": "markers",
        "name": name,
        "marker": marker,
        "hovertemplate": "%{x}<extra>%{fullData.name}</extra>",
        "unselected": {"marker": {"opacity": 1}},
    }


def _alarms(report: TrackingReport, names: Mapping[str, str], row: int, dark: bool) -> dict[str, Any]:
    rows = np.setdiff1d(np.arange(len(report.data.found)), report.matches.found_rows)
    frames = np.unique(report.data.found.frames[rows]).tolist()
    return {
        "x": frames,
        "y": [row] * len(frames),
        "mode": "markers",
        "name": names["false_alarm"],
        "marker": {"symbol": "x", "size": 10, "color": MUTED_INK.on(dark=dark)},
        "hovertemplate": "%{x}<extra>%{fullData.name}</extra>",
        "unselected": {"marker": {"opacity": 1}},
    }
