"""What is taken away: the scores with their provenance, and the tracks as files that other programs read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from vizcore.i18n import _
from vizcore.metrics.tracking.hota import ALPHAS
from vizcore.metrics.tracking.mot_text import mot_pieces
from vizcore.metrics.tracking.report import TrackingReport
from vizcore.metrics.tracking.tables import TrackTable
from vizcore.results import FloatArray, Result
from vizcore.tracking.clip import Clip
from vizcore.tracking.export import coco_video_json
from vizcore.ui import downloads
from vizcore.ui.export_streams import while_here
from vizcore.ui.panels.tracking.page_state import KEY, PageState
from vizcore.ui.session import Visit, visit


@dataclass(frozen=True, eq=False)
class TrackingRecord(Result):
    """scores by name; switches: frame, truth, before, now, since; alphas (19,) with the three lines over them."""

    scores: dict[str, float]
    switches: tuple[dict[str, int], ...]
    alphas: FloatArray
    hota_alpha: FloatArray
    deta_alpha: FloatArray
    assa_alpha: FloatArray


def record_of(state: PageState, report: TrackingReport) -> TrackingRecord:
    """Every number on the page about these tracks."""
    hota = report.scores.hota
    return TrackingRecord(
        provenance=state.provenance(),
        scores=report.scores.numbers(),
        switches=tuple(asdict(each) for each in report.switches),
        alphas=ALPHAS,
        hota_alpha=hota.hota_alpha,
        deta_alpha=hota.deta_alpha,
        assa_alpha=hota.assa_alpha,
    )


def show(state: PageState, report: TrackingReport) -> None:
    """A row of buttons; everything is made when it is asked for."""
    source = f"{KEY}.{state.source}"
    with downloads.export():
        downloads.download_json(record_of(state, report), key=f"{source}.json")
        _text(report.data.truth, _("Truth (MOT text)"), "truth", source)
        _text(report.data.found, _("Tracks (MOT text)"), "tracks", source)


def show_tracks(source: str, clip: Clip, tracks: TrackTable, class_names: tuple[str, ...]) -> None:
    """The tracks of a clip: MOT text, COCO JSON, and the film with its boxes."""

    def coco() -> bytes:
        content: dict[str, Any] = coco_video_json(clip, tracks, class_names)
        return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()

    present = visit()
    with downloads.export():
        anyone = tracks.of_any_class()  # as the page measures them; the classes, with names, stand in the COCO file
        _text(anyone, _("Tracks (MOT text)"), "clip-tracks", f"{KEY}.{source}")
        downloads.download_made(
            coco, name="tracks-coco.json", mime="application/json", key=f"{KEY}.{source}.coco", label=_("Tracks (COCO)")
        )
        downloads.download_made(
            lambda: film_bytes(clip, tracks, present), name="tracks.webm", mime="video/webm",
            key=f"{KEY}.{source}.film", label=_("Film with boxes (WebM)"),
        )  # fmt: skip


def film_bytes(clip: Clip, tracks: TrackTable, present: Visit) -> bytes:
    """Every frame under its boxes, as a WebM. ExportAbandoned as soon as the visit has ended."""
    from vizcore.figures.tracks import draw_tracks
    from vizcore.tracking.webm import webm_bytes

    frames = (draw_tracks(photo, tracks, place + 1) for place, photo in enumerate(clip.frames))
    return webm_bytes(while_here(frames, present), clip.fps)


def _text(table: TrackTable, label: str, name: str, source: str) -> None:
    downloads.download_pieces(
        lambda: map(str.encode, mot_pieces(table)), name=f"{name}.txt", mime="text/plain", key=f"{source}.{name}",
        label=label,
    )  # fmt: skip
