"""Which two sets of photos are compared: one and its change, or two of the visitor's own?"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.monitoring.changes import CHANGES, changed
from vizcore.monitoring.thinning import spread
from vizcore.photo import Photo
from vizcore.runtimes.calibration import cut_photos
from vizcore.samples import SAMPLES
from vizcore.ui import choices, url_state
from vizcore.ui.panels.product.picture_sets import choose_set, counted, used_of
from vizcore.ui.toolbar import Toolbar

MOST = 200


@dataclass(frozen=True)
class Sets:
    """before, after: the reference and the current photos. cuts: whether they are cuts of a few samples."""

    before: tuple[Photo, ...]
    after: tuple[Photo, ...]
    cuts: bool

    @property
    def all(self) -> tuple[Photo, ...]:
        return (*self.before, *self.after)


def choose_sets(page: str, bar: Toolbar) -> Sets:
    """In the bar: the simulation's change, amount and number. Own sets are two choices below it, () while not there."""
    texts = {"one": _("One set and a change"), "two": _("Two sets of mine")}
    with bar.settings(_("Photos and change"), name=f"{page}.sets"):
        source = choices.choose_one(_("Compare"), texts, key=f"{page}.sets", default="one")
        if source == "one":
            return _simulated(page)
    left, right = st.columns(2)
    with left:
        before = _thinned(choose_set(_("Before"), key=f"{page}.before", default="built-in"))
    with right:
        after = _thinned(choose_set(_("Now"), key=f"{page}.after", default="tray"))
    return Sets(before, after, cuts=False)


def _thinned(photos: tuple[Photo, ...]) -> tuple[Photo, ...]:
    """The photos, or of too many MOST of them, so that each folder keeps its share; says how many there are."""
    places = spread(len(photos), MOST)
    st.caption(counted(len(photos)) if len(places) == len(photos) else used_of(len(places), len(photos)))
    return tuple(photos[place] for place in places)


def _simulated(page: str) -> Sets:
    """Two draws from the same cuts of samples, the second one changed: without a change nothing may be found."""
    texts = {key: _(title) for key, (title, *_rest) in CHANGES.items()}
    name = choices.choose_from(_("Change"), texts, key=f"{page}.change", default="darker", width=320)
    amount = st.slider(_("How much (%)"), 0, 100, 30, 5, width=320, **url_state.bound(f"{page}.amount"))
    count = st.slider(_("Photos on each side"), 10, MOST // 2, 60, 10, width=320, **url_state.bound(f"{page}.count"))
    photos = cut_photos(2 * count, 7)
    return Sets(photos[:count], changed(photos[count:], name, amount / 100), cuts=True)


def about(sets: Sets) -> str:
    """What the photos are, with the warning that belongs to cuts."""
    if not sets.cuts:
        return ""
    count = len(SAMPLES)
    photos = ngettext("{n} sample photo", "{n} sample photos", count).format(n=count)
    return _(
        "Both sides are cuts of {photos}: cuts of one photo are no independent sample, so read this as a demonstration "
        "of the tests. With photos of your own, give each scene once."
    ).format(photos=photos)
