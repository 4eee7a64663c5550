"""What is counted on tracks: unique objects, time in a zone, speed and way."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import number
from vizcore.metrics.tracking.tables import TrackTable
from vizcore.tracking.clip import Clip
from vizcore.tracking.measures import ObjectMeasures, class_of_track, measure_tracks
from vizcore.ui import downloads
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.tables import show_table

Zone = tuple[float, float, float, float]
MOST_ROWS = 30


def choose_zone(place: Any, size_wh: tuple[int, int]) -> Zone:
    """A rectangle by two sliders, in pixels."""
    with place:
        across = st.slider(_("Zone, from left to right (%)"), 0, 100, (40, 60), key=f"{KEY}.zone.x")
        down = st.slider(_("Zone, from top to bottom (%)"), 0, 100, (0, 100), key=f"{KEY}.zone.y")
    width, height = size_wh
    return across[0] * width / 100, down[0] * height / 100, across[1] * width / 100, down[1] * height / 100


def show(clip: Clip, tracks: TrackTable, class_names: tuple[str, ...], zone: Zone) -> None:
    """How many there were, and a row for each."""
    found = measure_tracks(tracks, clip.fps, zone)
    st.subheader(_("Counted on the tracks"), anchor=False)
    counted = ngettext("**{n} unique object**", "**{n} unique objects**", len(found)).format(n=number(len(found), 0))
    entered = sum(each.entries > 0 for each in found)
    inside = ngettext("{n} was in the zone", "{n} were in the zone", entered).format(n=number(entered, 0))
    truth = ""
    if clip.truth is not None:
        true = len(clip.truth.labels())
        truth = " · " + ngettext("in truth there is {n}", "in truth there are {n}", true).format(n=number(true, 0))
    st.markdown(f"{counted} · {inside}{truth}")
    show_table([_row(each, _name_of(class_of_track(tracks, each.identity), class_names)) for each in found[:MOST_ROWS]])
    if len(found) > MOST_ROWS:
        st.caption(_("The first {n} are shown; the file has all.").format(n=MOST_ROWS))
    if found:
        rows: list[dict[str, downloads.Cell]] = [asdict(each) for each in found]
        downloads.download_csv(rows, name="objects", key=f"{KEY}.objects.csv")


def _name_of(kind: int, class_names: tuple[str, ...]) -> str:
    return class_name(class_names[kind]) if kind >= 0 else "–"


def _row(each: ObjectMeasures, name: str) -> dict[str, str]:
    speed = "–" if np.isnan(each.speed_px_s) else number(each.speed_px_s, 0)
    return {
        _("tracker id"): str(each.identity),
        _("class"): name,
        _("frames"): f"{each.first}–{each.last}",
        _("in the zone (s)"): number(each.in_zone_s, 1),
        _("entries"): str(each.entries),
        _("speed (px/s)"): speed,
        _("way (px)"): number(each.length_px, 0),
    }
