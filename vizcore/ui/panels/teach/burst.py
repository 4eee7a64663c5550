"""Photos of a class, or to try it on, from the camera in bursts; a burst is one group, never on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.learning.bins import MOST_PHOTOS, Example
from vizcore.ui.burst_camera import MOST_FRAMES, burst_camera, read_frames
from vizcore.ui.panels.teach.page_state import KEY, OWN, teaching
from vizcore.ui.pixel_budget import hold
from vizcore.ui.session import visit


def show_burst(label: str) -> None:
    """The camera of one class."""
    st.caption(
        _("Camera: up to {n} frames while you hold; record at least two bursts, since each stays whole.").format(
            n=MOST_FRAMES
        )
    )
    burst_camera(f"{KEY}.burst.{label}", on_burst=lambda sent: _take(label, sent))


def _take(label: str, sent: Mapping[str, Any]) -> None:
    from vizcore.errors import VizError

    held = teaching()
    held.bursts += 1
    photos = read_frames(dict(sent), f"{label}-burst-{held.bursts}")
    bins = held.bins(OWN)
    room = MOST_PHOTOS - len(bins)
    try:
        hold(photos[:room])
    except VizError as error:
        held.refusals[:] = [(label, error)]
        return
    added = [Example(each.sha256, each.name, label, f"burst {held.bursts}", each) for each in photos[:room]]
    after, problems = bins.with_examples(added)
    held.change(OWN, after)
    held.refusals.extend(problems)
    visit().own_photos.update(each.sha256 for each in added)
