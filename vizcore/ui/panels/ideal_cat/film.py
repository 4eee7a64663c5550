"""The way from the start to the picture: as a film to watch, and as GIF, WebM and single frames to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _
from vizcore.ui import downloads
from vizcore.ui.literal import literal
from vizcore.ui.panels.ideal_cat.crew import Climb, Crew
from vizcore.ui.panels.ideal_cat.plans import title_of
from vizcore.ui.panels.ideal_cat.stage import heading

if TYPE_CHECKING:
    from vizcore.generation.ideal.results import IdealResult

MIMES = {"gif": "image/gif", "webm": "video/webm", "zip": "application/zip"}


def show(shown: Crew, found: list[tuple[Climb, IdealResult]]) -> None:
    """A switch to watch all films at once, and each film's files."""
    filmed = [(climb, result) for climb, result in found if result.frames]
    if not filmed:
        return
    st.header(_("The film"), anchor=False)
    watching = st.toggle(_("Watch from the start"), key="ideal_cat.watch")
    columns = {1: 2}.get(len(filmed), min(len(filmed), 4))
    for first in range(0, len(filmed), columns):
        for (climb, result), place in zip(filmed[first : first + columns], st.columns(columns), strict=False):
            with place:
                if watching:
                    heading(shown.experiment, climb)
                    _play(climb, result)
                else:
                    st.markdown(f"**{literal(title_of(shown.experiment, climb))}**")
                _offer(climb, result, watching=watching)


def _play(climb: Climb, result: IdealResult) -> None:
    alt = _("The way from the start to the picture, as a film")
    st.image(_gif(_key(result), result.frames), width="stretch", alt=alt)


def _offer(climb: Climb, result: IdealResult, *, watching: bool) -> None:
    from vizcore.generation.film import frames_zip, gif

    stem = downloads.safe_stem(f"ideal-{climb.name}-{result.steps}-steps")
    with downloads.export():
        _button("GIF", lambda: gif(result.frames), f"{stem}.gif", "gif", climb)
        if watching and (film := _webm(_key(result), result.frames)):
            _button("WebM", lambda: film, f"{stem}.webm", "webm", climb)
        _button(_("Frames"), lambda: frames_zip(result.frames, result.frame_steps), f"{stem}.zip", "zip", climb)


def _button(label: str, data: object, name: str, kind: str, climb: Climb) -> None:
    st.download_button(
        label,
        data,  # type: ignore[arg-type]
        file_name=name,
        mime=MIMES[kind],
        key=f"ideal_cat.{kind}.{climb.name}",
        icon=":material/movie:",
        on_click="ignore",
    )


def _key(result: IdealResult) -> str:
    """Frames differ whenever the model, the settings, the start or the number of steps do."""
    return f"{result.provenance}{result.steps}"


@st.cache_data(max_entries=32, show_spinner=False)
def _gif(key: str, _frames: tuple[bytes, ...]) -> bytes:
    from vizcore.generation.film import gif

    return gif(_frames)


@st.cache_data(max_entries=32, show_spinner=False)
def _webm(key: str, _frames: tuple[bytes, ...]) -> bytes | None:
    from vizcore.generation.film import webm

    return webm(_frames)
