"""Which clip is looked at: cut-outs over a photo, a drawn scene, or the visitor's own video?"""

from __future__ import annotations

import hashlib
from typing import Any, cast

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.sentences import sentence_for_note
from vizcore.samples import SAMPLES
from vizcore.settings import current
from vizcore.tracking.clip import Clip
from vizcore.tracking.cutouts import GROUNDS, OUTLINES, CutoutSettings, cutout_clip, cutouts_available
from vizcore.tracking.drawn import MovingSettings, drawn_clip
from vizcore.tracking.paths import MOTIONS, Motion
from vizcore.tracking.video import EXTENSIONS, MOST_FRAMES, MOST_SECONDS, OUTPUT_SIDE, ReadSettings, open_clip
from vizcore.ui import choices, url_state
from vizcore.ui.error_panel import errors_shown, plain
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.pixel_budget import hold
from vizcore.ui.session import visit
from vizcore.ui.toolbar import Toolbar

SOURCES = {"cutouts": N_("A bus, people and a cat"), "drawn": N_("Drawn scene"), "own": N_("My video")}
MOTION_WORDS: dict[Motion, str] = {
    "crossing": N_("they cross"), "lanes": N_("one behind the other"), "wandering": N_("here and there")
}  # fmt: skip
MOST_SEED = 999


def choose_clip(bar: Toolbar, settings: Any) -> tuple[str, Clip] | None:
    """The source's key and its clip; None while one is missing, which was said in place. settings: the pop-over that
    the scene's settings go into."""
    offered = {key: _(words) for key, words in SOURCES.items() if key != "cutouts" or cutouts_available()}
    with bar.row:
        source = choices.choose_one(_("Clip"), offered, key=f"{KEY}.source", default=next(iter(offered)), quiet=True)
    if source == "own":
        clip = _own(bar)
    else:
        with settings:
            scene = _cutouts() if source == "cutouts" else _drawn()
        clip = _built(scene)
    return None if clip is None else (source, clip)


def _built(scene: CutoutSettings | MovingSettings) -> Clip | None:
    clip: Clip | None = None
    with errors_shown(), st.spinner(_("Drawing the frames …")):
        clip = cutout_clip(scene) if isinstance(scene, CutoutSettings) else drawn_clip(scene)
    return clip


def _motion(name: str, default: Motion) -> Motion:
    texts: dict[str, str] = {key: _(MOTION_WORDS[key]) for key in MOTIONS}
    return cast("Motion", choices.choose_one(_("How they move"), texts, key=f"{KEY}.{name}.motion", default=default))


def _common(name: str, most_objects: int, objects: int, seed: int) -> dict[str, Any]:
    bound = url_state.bound
    return {
        "objects": st.slider(_("Objects"), 1, most_objects, objects, **bound(f"{KEY}.{name}.objects")),
        "speed": float(st.slider(_("Pixels a frame"), 1, 30, 8, **bound(f"{KEY}.{name}.speed"))),
        "frames": st.slider(_("Number of frames"), 10, 80, 40, **bound(f"{KEY}.{name}.frames")),
        "fps": float(st.slider(_("Frames a second"), 2, 30, 10, **bound(f"{KEY}.{name}.fps"))),
        "seed": int(st.number_input(_("Seed"), 0, MOST_SEED, seed, **bound(f"{KEY}.{name}.seed"))),
    }


def _cutouts() -> CutoutSettings:
    default = CutoutSettings()
    motion = _motion("cutouts", default.motion)
    grounds = {key: _(SAMPLES[key].title) for key in GROUNDS if key in SAMPLES}
    ground = choices.choose_from(_("Ground"), grounds, key=f"{KEY}.cutouts.ground", default=default.ground)
    return CutoutSettings(
        motion=motion, ground=ground, **_common("cutouts", len(OUTLINES), default.objects, default.seed)
    )


def _drawn() -> MovingSettings:
    default = MovingSettings()
    return MovingSettings(motion=_motion("drawn", default.motion), **_common("drawn", 8, default.objects, default.seed))


def _own(bar: Toolbar) -> Clip | None:
    with bar.below:
        left, right = st.columns([3, 1])
        fps = right.slider(_("Frames a second to look at"), 1, 15, 5, **url_state.bound(f"{KEY}.own.fps"))
        file = left.file_uploader(
            _("A video"), type=list(EXTENSIONS), key=f"{KEY}.own", max_upload_size=int(current().clip_limit_mb)
        )
        st.caption(
            _(
                "At most {seconds} s and 1920 × 1080 pixels; at most {frames} pictures of {side} pixels are looked at."
                " The video stays in the memory of the server and goes with your visit."
            ).format(seconds=MOST_SECONDS, frames=MOST_FRAMES, side=OUTPUT_SIDE)
        )
        if file is None:
            return None
        clip: Clip | None = None
        with errors_shown(about=file.name), st.spinner(_("Reading the video …")):
            content = file.getvalue()
            read = _read(hashlib.sha256(content).hexdigest(), float(fps), content, file.name)
            hold(read.frames)
            visit().own_photos.update(frame.sha256 for frame in read.frames)
            clip = read
        if clip:
            st.caption(" · ".join(plain(sentence_for_note(note)) for note in clip.notes))
        return clip


@st.cache_resource(max_entries=1, show_spinner=False, scope="session")
def _read(key: str, fps: float, _content: bytes, _name: str) -> Clip:
    return open_clip(_content, _name, ReadSettings(fps=fps))
