"""The way from the start to the picture: as a film to watch, and as GIF, WebM and single frames to take away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _
from vizcore.ui import downloads
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.ideal_cat.live_view import heading
from vizcore.ui.panels.ideal_cat.record import caption
from vizcore.ui.panels.ideal_cat.run_configs import title_of
from vizcore.ui.panels.ideal_cat.run_group import RunConfig, RunGroup

if TYPE_CHECKING:
    from vizcore.generation.ideal.results import IdealResult

MIMES = {"gif": "image/gif", "webm": "video/webm", "zip": "application/zip"}


def show(shown: RunGroup, found: list[tuple[RunConfig, IdealResult]]) -> None:
    """A switch to watch all films at once, and each film's files."""
    filmed = [(config, result) for config, result in found if result.frames]
    if not filmed:
        return
    st.header(_("The film"), anchor=False)
    watching = st.toggle(_("Watch from the start"), key="ideal_cat.watch")
    columns = {1: 2}.get(len(filmed), min(len(filmed), 4))
    for first in range(0, len(filmed), columns):
        for (config, result), place in zip(filmed[first : first + columns], st.columns(columns), strict=False):
            with place:
                if watching:
                    heading(shown.experiment, config)
                    _play(config, result)
                else:
                    st.markdown(f"**{escaped(title_of(shown.experiment, config))}**")
                _offer(config, result, watching=watching)


def _play(config: RunConfig, result: IdealResult) -> None:
    alt = _("The way from the start to the picture, as a film")
    st.image(_gif(_key(result), result.frames), width="stretch", alt=alt)


def _offer(config: RunConfig, result: IdealResult, *, watching: bool) -> None:
    from vizcore.generation.animation import frames_zip, gif

    stem = downloads.safe_stem(f"ideal-{config.name}-{result.steps}-steps")
    about = caption(config, result)
    with downloads.export():
        _button("GIF", lambda: gif(result.frames, about=about), f"{stem}.gif", "gif", config)
        if watching and (film := _webm(_key(result), result.frames)):
            _button("WebM", lambda: film, f"{stem}.webm", "webm", config)
        frames = lambda: frames_zip(result.frames, result.frame_steps, about=about)  # noqa: E731
        _button(_("Frames"), frames, f"{stem}.zip", "zip", config)


def _button(label: str, make: Callable[[], bytes], name: str, kind: str, config: RunConfig) -> None:
    downloads.download_made(make, name=name, mime=MIMES[kind], key=f"ideal_cat.{kind}.{config.name}", label=label)


def _key(result: IdealResult) -> str:
    """Frames differ whenever the model, the settings, the start or the number of steps do."""
    return f"{result.provenance}{result.steps}"


@st.cache_data(max_entries=32, show_spinner=False)
def _gif(key: str, _frames: tuple[bytes, ...]) -> bytes:
    from vizcore.generation.animation import gif

    return gif(_frames)


@st.cache_data(max_entries=32, show_spinner=False)
def _webm(key: str, _frames: tuple[bytes, ...]) -> bytes | None:
    from vizcore.generation.animation import webm

    return webm(_frames)
