"""How good are tracks, and which tracks does a detector with a tracker make of a clip?"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from vizcore.cli.evaluation import read_limited
from vizcore.cli.inputs import SAMPLE_PREFIX, ModelKey, choose_card
from vizcore.cli.out_files import checked_out, write_bytes
from vizcore.cli.report import AsJson, Report
from vizcore.errors import ClipTooLarge, FileUnreadable, UnknownChoice, UnknownSample
from vizcore.file_reading import reading
from vizcore.settings import current

if TYPE_CHECKING:
    from vizcore.metrics.tracking.report import TrackingReport, TrackingScores
    from vizcore.metrics.tracking.tables import TrackTable
    from vizcore.tracking.clip import Clip

SESSION = "command line"
SAMPLES = ("cutouts", "drawn")
MAIN = ("mota", "motp", "idf1", "hota", "deta", "assa")


class RulesName(StrEnum):
    """By whose rules CLEAR is counted."""

    trackeval = "trackeval"
    motmetrics = "motmetrics"


def evaluate_tracking(
    gt: Annotated[
        list[str],
        typer.Option("--gt", metavar="MOT.txt", help="True boxes and identities as MOT text; once for each sequence."),
    ],
    dt: Annotated[
        list[str],
        typer.Option("--dt", metavar="MOT.txt", help="A tracker's boxes and ids as MOT text, in the same order."),
    ],
    iou: Annotated[
        float, typer.Option("--iou", min=0.05, max=1.0, help="Least overlap of a match in CLEAR and Identity.")
    ] = 0.5,
    rules: Annotated[
        RulesName, typer.Option("--rules", help="CLEAR as TrackEval or as py-motmetrics counts it.")
    ] = RulesName.trackeval,
    as_json: AsJson = False,
) -> None:
    """MOTA, MOTP, IDF1 and HOTA of tracks, and the frame of every identity switch; several sequences also as one."""
    if len(gt) != len(dt):
        raise typer.BadParameter(f"{len(gt)} of --gt and {len(dt)} of --dt: give both for each sequence.")
    report = Report("evaluate-tracking", as_json=as_json)
    scored = [_evaluate(report, [truth, found], iou, rules) for truth, found in zip(gt, dt, strict=True)]
    parts = [each for each in scored if each is not None]
    if len(parts) > 1 and len(parts) == len(scored):
        from vizcore.metrics.tracking.report import combined

        numbers = combined(parts).numbers()
        content = {"rules": rules.value, "iou": iou, **numbers, "sequences": len(parts)}
        report.show(None, content, f"all {len(parts)} sequences as one\n" + _numbers_text(numbers))
    report.finish()


def _evaluate(report: Report, files: list[str], iou: float, rules: RulesName) -> TrackingScores | None:
    """The line of one sequence, and its scores; None where it could not be read."""
    scores: TrackingScores | None = None
    with report.about(files):
        from vizcore.metrics.tracking.mot_text import read_mot_pair
        from vizcore.metrics.tracking.report import evaluate_tracking as evaluated

        data = read_mot_pair(read_limited(Path(files[0]), "truth"), read_limited(Path(files[1]), "tracks"))
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
        scores = found.scores
    return scores


def _switches(found: TrackingReport) -> list[dict[str, int]]:
    return [{"frame": each.frame, "truth": each.truth, "from": each.before, "to": each.now} for each in found.switches]


def _text(content: dict[str, Any]) -> str:
    head = f"{content['frames']} frames, {content['objects']} objects, {content['tracks']} tracks"
    switches = [
        f"  frame {each['frame']}: object {each['truth']} from id {each['from']} to id {each['to']}"
        for each in content["switches"]
    ]
    return "\n".join([head, _numbers_text(content), *switches])


def _numbers_text(content: Mapping[str, Any]) -> str:
    numbers = [f"  {name.upper():5} {content[name]:8.4f}" for name in MAIN]
    return "\n".join([*numbers, f"  identity switches: {content['id_switches']}"])


class TrackerName(StrEnum):
    """Rows of `vizcore.tracking.trackers.TRACKERS`."""

    bytetrack = "bytetrack"
    sort = "sort"
    ocsort = "ocsort"


def track(
    clip: Annotated[str, typer.Argument(metavar="CLIP", help="A video, or sample:cutouts or sample:drawn.")],
    out: Annotated[
        str, typer.Option("--out", metavar="F", help="By its ending: .txt is MOT text, .json COCO, .webm a film.")
    ],
    model: ModelKey = None,
    tracker: Annotated[TrackerName, typer.Option("--tracker", help="Who links the boxes.")] = TrackerName.bytetrack,
    score: Annotated[float, typer.Option("--score", min=0.1, max=1.0, help="Least score of a box.")] = 0.15,
    activation: Annotated[
        float, typer.Option("--activation", min=0.05, max=1.0, help="Least score that opens a track.")
    ] = 0.3,
    fps: Annotated[float, typer.Option("--fps", min=0.5, max=30.0, help="Frames a second that are looked at.")] = 10.0,
    as_json: AsJson = False,
) -> None:
    """The objects of a clip, found by a detector and followed by a tracker, as MOT text, COCO JSON or a film."""
    report = Report("track", as_json=as_json, model=model)
    with report.about(clip):
        from vizcore.tracking.detected import PROPOSE, TrackSettings, tracked
        from vizcore.tracking.trackers import TrackerSettings

        ending = Path(out).suffix.lower()
        if ending not in WRITERS:
            raise UnknownChoice(option="ending", wanted=ending, known=list(WRITERS))
        checked_out(Path(out))
        read = _read_clip(clip, fps)
        card = choose_card(model, "detect")
        from vizcore.engine import shared_engine

        engine = shared_engine()
        from vizcore.detection.candidates import CandidatesOfMany, propose_each

        candidates = cast("CandidatesOfMany", engine.run(propose_each, card.key, read.frames, PROPOSE, session=SESSION))
        settings = TrackSettings(score=score, tracker=TrackerSettings(tracker.value, activation=activation))
        tracks = tracked(candidates, settings)
        write_bytes(Path(out), WRITERS[ending](read, tracks, candidates.each[0].labels))
        objects = len(set(tracks.ids.tolist()))
        content = {
            "model": card.key, "tracker": tracker.value, "frames": len(read), "fps": read.fps, "objects": objects,
            "boxes": len(tracks), "out": out,
        }  # fmt: skip
        report.show(clip, content, f"{clip}: {len(read)} frames, {objects} objects -> {out}", candidates.provenance)
    report.finish()


def _read_clip(clip: str, fps: float) -> Clip:
    """The clip at this path, or a built-in one for sample:KEY. Errors: those of `open_clip`, FileUnreadable."""
    if clip.startswith(SAMPLE_PREFIX):
        from vizcore.tracking.built_in import built_in_clip

        key = clip.removeprefix(SAMPLE_PREFIX)
        if key not in SAMPLES:
            raise UnknownSample(key=key, known=list(SAMPLES))
        return built_in_clip(key)
    from vizcore.tracking.video import ReadSettings, open_clip

    path, limit = Path(clip), current().clip_limit_mb
    with reading(path):
        if path.exists() and not path.is_file():
            raise FileUnreadable(file=path.name, reason="not_a_file")
        size_mb = path.stat().st_size / 1e6
        if size_mb > limit:
            raise ClipTooLarge(reason="megabytes", limit=limit, actual=round(size_mb, 1), width=0, height=0)
        content = path.read_bytes()
    return open_clip(content, path.name, ReadSettings(fps=fps))


def _as_mot(_clip: Clip, tracks: TrackTable, _labels: tuple[str, ...]) -> bytes:
    from vizcore.metrics.tracking.mot_text import mot_text

    return mot_text(tracks).encode()


def _as_coco(clip: Clip, tracks: TrackTable, labels: tuple[str, ...]) -> bytes:
    import json

    from vizcore.tracking.export import coco_video_json

    return json.dumps(coco_video_json(clip, tracks, labels), allow_nan=False).encode()


def _as_film(clip: Clip, tracks: TrackTable, _labels: tuple[str, ...]) -> bytes:
    from vizcore.figures.tracks import draw_tracks
    from vizcore.tracking.webm import webm_bytes

    return webm_bytes((draw_tracks(photo, tracks, place + 1) for place, photo in enumerate(clip.frames)), clip.fps)


WRITERS = {".txt": _as_mot, ".json": _as_coco, ".webm": _as_film}
