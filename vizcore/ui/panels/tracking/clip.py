"""Section: a clip, a detector and a tracker (or the truth with faults of your own), and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, cast

import streamlit as st

from vizcore.detection.candidates import CandidatesOfMany, propose_each
from vizcore.figures.tracks import TrackStyle, draw_tracks
from vizcore.i18n import N_, _
from vizcore.metrics.tracking.report import TrackingReport
from vizcore.metrics.tracking.tables import TrackTable, tracking_data
from vizcore.pictures import encode_jpeg
from vizcore.tracking.clip import Clip
from vizcore.tracking.detected import PROPOSE, TrackSettings, tracked
from vizcore.tracking.faults import Faults, with_faults
from vizcore.tracking.trackers import TRACKERS, TrackerSettings
from vizcore.ui import choices, url_state
from vizcore.ui.engine_call import answer
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.panels.tracking import measured, record, report_view
from vizcore.ui.panels.tracking.page_state import KEY, PageState
from vizcore.ui.panels.tracking.sources import choose_clip
from vizcore.ui.session import visit
from vizcore.ui.toolbar import Toolbar

BY = {"detector": N_("Detector and tracker"), "faults": N_("The truth, with faults")}


@dataclass(frozen=True, eq=False)
class Followed:
    """tracks and where they came from. key: names them beside the clip."""

    tracks: TrackTable
    key: tuple[Any, ...]
    settings: dict[str, Any]
    class_names: tuple[str, ...]
    model: str = ""


def show(bar: Toolbar) -> None:
    """Scores and timeline where there is a truth; the frame with its tracks, what is measured on them, the files."""
    settings = bar.settings()
    chosen = choose_clip(bar, settings)
    if chosen is None:
        return
    source, clip = chosen
    by = _choose_by(bar, clip)
    followed: Followed | None = None
    with errors_shown():
        followed = _by_detector(bar, settings, clip) if by == "detector" else _by_faults(settings, clip)
    if followed is None:
        return
    zone = measured.choose_zone(settings, clip.size_wh)
    if clip.truth is not None:
        report_view.show(_state(source, clip, followed), picture=partial(_show_picture, clip, followed.tracks, zone))
    else:
        _show_without_truth(source, clip, followed, zone)
    measured.show(clip, followed.tracks, followed.class_names, zone)
    if st.toggle(_("Play as a film"), key=f"{KEY}.film"):
        st.video(_film((clip.sha256, *followed.key), clip, followed.tracks), format="video/webm", loop=True)
    record.show_tracks(source, clip, followed.tracks, followed.class_names)


def _choose_by(bar: Toolbar, clip: Clip) -> str:
    if clip.truth is None:
        return "detector"
    with bar.row:
        texts = {key: _(words) for key, words in BY.items()}
        return choices.choose_one(_("Tracks by"), texts, key=f"{KEY}.by", default="detector", quiet=True)


def _by_detector(bar: Toolbar, settings: Any, clip: Clip) -> Followed | None:
    cards = bar.models("detect", most=1, default=["yolo-mini"])
    chosen = _tracker_settings(settings)
    if not cards:
        return None
    look = cast("Callable[..., CandidatesOfMany]", propose_each)  # the engine answers with the last snapshot's result
    candidates = answer(look, cards[0], clip.frames, PROPOSE)
    if candidates is None:
        return None
    tracks = _tracked((clip.sha256, cards[0].key), chosen, candidates)
    return Followed(tracks, (cards[0].key, chosen), asdict(chosen), candidates.each[0].labels, cards[0].key)


@st.cache_resource(max_entries=8, show_spinner=False, scope="session")
def _tracked(key: tuple[str, str], settings: TrackSettings, _candidates: Any) -> TrackTable:
    return tracked(_candidates, settings)


def _tracker_settings(place: Any) -> TrackSettings:
    default = TrackSettings()
    with place:
        texts = {key: kind.title for key, kind in TRACKERS.items()}
        tracker = choices.choose_one(_("Tracker"), texts, key=f"{KEY}.tracker", default=default.tracker.tracker)
        st.caption(f"{_(TRACKERS[tracker].idea)} ({TRACKERS[tracker].paper})")
        bound = url_state.bound
        score = st.slider(_("Least score of a box"), 0.1, 0.9, default.score, 0.05, **bound(f"{KEY}.score"))
        activation = st.slider(
            _("Least score that opens a track"), 0.1, 0.9, default.tracker.activation, 0.05, **bound(f"{KEY}.open")
        )
        min_iou = st.slider(
            _("Least overlap with the prediction"), 0.0, 0.9, default.tracker.min_iou, 0.05, **bound(f"{KEY}.iou")
        )
        lost = st.slider(
            _("Frames that a lost track is kept"), 0, 60, default.tracker.lost_frames, **bound(f"{KEY}.lost")
        )
        confirm = st.slider(
            _("Boxes in a row until it has an id"), 1, 6, default.tracker.confirm, **bound(f"{KEY}.confirm")
        )
    return TrackSettings(score=score, tracker=TrackerSettings(tracker, activation, min_iou, lost, confirm))


def _by_faults(place: Any, clip: Clip) -> Followed:
    truth = clip.truth
    if truth is None:
        raise ValueError("expected a clip with its truth")
    bound = url_state.bound
    with place:
        faults = Faults(
            misses=st.slider(_("Misses: share of boxes"), 0.0, 0.9, 0.1, 0.05, **bound(f"{KEY}.misses")),
            false_alarms=st.slider(_("False alarms a frame"), 0.0, 3.0, 0.1, 0.1, **bound(f"{KEY}.alarms")),
            jitter=st.slider(_("Jitter: share of a box's size"), 0.0, 0.5, 0.05, 0.01, **bound(f"{KEY}.jitter")),
            swaps=st.slider(_("Pairs that exchange their ids"), 0, 10, 1, **bound(f"{KEY}.swaps")),
            breaks=st.slider(_("Objects that get a new id"), 0, 10, 0, **bound(f"{KEY}.breaks")),
            seed=int(st.number_input(_("Seed of the faults"), 0, 999, 0, **bound(f"{KEY}.faults"))),
        )
    tracks = with_faults(truth.table, faults, clip.size_wh, len(clip))
    return Followed(tracks, ("faults", faults), asdict(faults), truth.class_names)


def _state(source: str, clip: Clip, followed: Followed) -> PageState:
    """For the scores an object is an object: a cat that is called a dog keeps its identity."""
    truth = clip.truth
    if truth is None:
        raise ValueError("expected a clip with its truth")
    data = tracking_data(truth.table.of_any_class(), followed.tracks.of_any_class(), frames=len(clip))
    made = {"clip": dict(clip.settings), "tracks": followed.settings}
    return PageState((f"clip.{source}", clip.sha256, *followed.key), data, clip, made, followed.model)


def _show_picture(
    clip: Clip, tracks: TrackTable, zone: tuple[float, float, float, float], report: TrackingReport, frame: int
) -> None:
    switched = frozenset(each.now for each in report.switches if each.frame == frame)
    truth = None if clip.truth is None else clip.truth.table
    style = TrackStyle(truth=truth, switched=switched, zone_xyxy=zone)
    _picture(clip, tracks, frame, style)
    st.caption(_("Coloured: tracks with their ids and ways; white dashes: the truth; yellow: the zone."))


def _picture(clip: Clip, tracks: TrackTable, frame: int, style: TrackStyle) -> None:
    words = _("Frame {n} of the clip with its tracks").format(n=frame)
    st.image(
        encode_jpeg(draw_tracks(clip.frames[frame - 1], tracks, frame, style), quality=90), width="stretch", alt=words
    )


def _show_without_truth(source: str, clip: Clip, followed: Followed, zone: tuple[float, float, float, float]) -> None:
    frame = 1 if len(clip) == 1 else int(st.slider(_("Frame"), 1, len(clip), 1, key=f"{KEY}.{source}.frame"))
    _picture(clip, followed.tracks, frame, TrackStyle(zone_xyxy=zone))
    st.caption(_("Nobody knows the truth of this clip, so there is no score: what follows is counted on the tracks."))


@st.cache_data(max_entries=2, show_spinner=False, scope="session")
def _film(key: tuple[Any, ...], _clip: Clip, _tracks: TrackTable) -> bytes:
    return record.film_bytes(_clip, _tracks, visit())
