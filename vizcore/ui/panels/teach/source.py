"""Which classes are taught: one of the starts, or the visitor's own photos? And how are they split?"""

from __future__ import annotations

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.learning.bins import Bins
from vizcore.learning.split import PART_NAMES, SplitSettings, split_photos
from vizcore.learning.starts import STARTS, load_start
from vizcore.learning.twins import groups_of, thumbnail_vector
from vizcore.ui import choices, url_state
from vizcore.ui.error_panel import show_error
from vizcore.ui.panels.teach.page_state import OWN, Source, Teaching, teaching
from vizcore.ui.toolbar import Toolbar

SHARES = ("0.1", "0.2", "0.3", "0.5")


def titles() -> dict[str, str]:
    """Starts by key, the visitor's own photos last."""
    return {**{key: _(start.title) for key, start in STARTS.items()}, OWN: _("My own photos")}


def choose_start(bar: Toolbar) -> tuple[str, SplitSettings]:
    """The start and the split's settings, from a pop-over of the bar."""
    names = titles()
    named = url_state.remembered_one("teach.start", allowed=names, default="cats_dogs")
    with bar.settings(names[named], name="start", icon=":material/category:"):
        start = choices.choose_from(_("What is taught"), names, key="teach.start", default="cats_dogs")
        share = choices.choose_one(
            _("Share kept for the test"),
            {each: percent(float(each), 0) for each in SHARES},
            key="teach.share",
            default="0.2",
            explain=_("The test photos are frozen before the first training and choose nothing."),
        )
        seed = st.number_input(_("Seed of the split"), 0, 9999, 0, **url_state.bound("teach.seed"))
    return start, SplitSettings(float(share), 0.2, int(seed))


def current_source(start: str, settings: SplitSettings) -> Source | None:
    """Bins and split, as far as they can be learnt from; otherwise one sentence says why not."""
    held = teaching()
    bins = held.bins(start)
    if start == OWN and not len(bins):
        return None
    try:
        return _split(held, start, bins.checked(), settings)
    except VizError as error:
        show_error(error)
        return None


def _split(held: Teaching, start: str, bins: Bins, settings: SplitSettings) -> Source:
    data = None if start == OWN else load_start(start)
    kept = held.frozen.setdefault((start, settings.test_share, settings.seed), {})
    frozen = {row: kept[each.sha256] for row, each in enumerate(bins.examples) if each.sha256 in kept}
    split = split_photos(bins.classes, _groups(held, start, bins), bins.labels, settings, frozen)
    kept.update({each.sha256: int(part) for each, part in zip(bins.examples, split.parts, strict=True)})
    return Source(start, bins, split, data, f"{start}.{bins.key}.{split.key}.{settings.test_share}.{settings.seed}")


def _groups(held: Teaching, start: str, bins: Bins):  # type: ignore[no-untyped-def]
    import numpy as np

    if start != OWN:
        data = load_start(start)
        known = {each.sha256: int(group) for each, group in zip(data.bins.examples, data.groups, strict=True)}
        return np.array([known[each.sha256] for each in bins.examples], np.int64)
    for each in bins.examples:
        if each.sha256 not in held.twins and each.photo is not None:
            held.twins[each.sha256] = thumbnail_vector(each.photo.rgb)
    return groups_of(np.stack([held.twins[each.sha256] for each in bins.examples]), [e.burst for e in bins.examples])


def show_split(source: Source) -> None:
    """How many photos learn, choose and judge, and which near-twins were kept together."""
    counts = source.split.counts
    words = {"train": _("learn"), "validation": _("choose"), "test": _("judge")}
    st.caption(
        " · ".join(f"{counts[name]} {words[name]}" for name in PART_NAMES)
        + " · "
        + _("split by class and by group; near-twins and frames of one burst stay on one side")
    )
    moved = [source.bins.examples[row].name for row in source.split.moved]
    if moved:
        from vizcore.i18n import ngettext
        from vizcore.ui.markdown_escape import escaped

        names = ", ".join(escaped(each, longest=30) for each in moved[:6]) + (" …" if len(moved) > 6 else "")
        st.caption(
            ngettext(
                "{n} photo has a near-twin that a split photo by photo would have put on the other side, and was moved"
                " to it: {names}",
                "{n} photos have near-twins that a split photo by photo would have put on the other side, and were"
                " moved to them: {names}",
                len(moved),
            ).format(n=len(moved), names=names),
        )
