"""How good are tracks, and which tracks does a detector with a tracker make of a clip?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.evaluation import read_limited
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.metrics.tracking.report import TrackingReport

MAIN = ("mota", "motp", "idf1", "hota", "deta", "assa")


class RulesName(StrEnum):
    """By whose rules CLEAR is counted."""

    trackeval = "trackeval"
    motmetrics = "motmetrics"


def evaluate_tracking(
    gt: Annotated[str, typer.Option("--gt", metavar="MOT.txt", help="True boxes and identities as MOT text.")],
    dt: Annotated[str, typer.Option("--dt", metavar="MOT.txt", help="A tracker's boxes and ids as MOT text.")],
    iou: Annotated[
        float, typer.Option("--iou", min=0.05, max=1.0, help="Least overlap of a match in CLEAR and Identity.")
    ] = 0.5,
    rules: Annotated[
        RulesName, typer.Option("--rules", help="CLEAR as TrackEval or as py-motmetrics counts it.")
    ] = RulesName.trackeval,
    as_json: AsJson = False,
) -> None:
    """MOTA, MOTP, IDF1 and HOTA of tracks, and the frame of every identity switch."""
    report = Report("evaluate-tracking", as_json=as_json)
    files = [gt, dt]
    with report.about(files):
        from vizcore.metrics.tracking.mot_text import read_mot_pair
        from vizcore.metrics.tracking.report import evaluate_tracking as evaluated

        data = read_mot_pair(read_limited(Path(gt), "truth"), read_limited(Path(dt), "tracks"))
        found = evaluated(data, iou, rules.value)
        content = {
            "rules": rules.value,
            "iou": iou,
            **found.scores.numbers(),
            "switches": _switches(found),
            "frames": data.frames,
            "objects": len(found.overlaps.truth_ids),
            "tracks": len(found.overlaps.found_ids),
            "left_out": data.left_out,
        }
        report.show(files, content, _text(content))
    report.finish()


def _switches(found: TrackingReport) -> list[dict[str, int]]:
    return [{"frame": each.frame, "truth": each.truth, "from": each.before, "to": each.now} for each in found.switches]


def _text(content: dict[str, Any]) -> str:
    head = f"{content['frames']} frames, {content['objects']} objects, {content['tracks']} tracks"
    numbers = [f"  {name.upper():5} {content[name]:8.4f}" for name in MAIN]
    switches = [
        f"  frame {each['frame']}: object {each['truth']} from id {each['from']} to id {each['to']}"
        for each in content["switches"]
    ]
    return "\n".join([head, *numbers, f"  identity switches: {content['id_switches']}", *switches])
