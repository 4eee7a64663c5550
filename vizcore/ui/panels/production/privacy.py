"""Data protection: what could name somebody is proposed, a person confirms it, and only then the picture leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.figures.rules import proposal_picture
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.metrics.proportion import wilson_interval
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui import choices, downloads
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.kept_table import edited_rows
from vizcore.ui.markdown_escape import visible
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.monitoring.redaction import Proposal

SAMPLES_HERE = ("zidane", "bus", "officer", "astronaut", "photographer", "cat")
KINDS = {"face": N_("face"), "head": N_("head"), "plate": N_("plate"), "own": N_("own")}
EDGES = ("x0", "y0", "x1", "y1")
Regions = tuple[list[tuple[float, float, float, float]], list[str]]  # boxes in photo pixels, and the kind of each


def show(card: ModelCard, bar: Toolbar) -> None:
    """The proposal beside the picture as it would leave, the table to change it, the confirmation, and the recall."""
    from vizcore.monitoring.redaction import RedactionSettings, propose_regions, redacted

    photos = bar.photos(samples=SAMPLES_HERE, start=("zidane",))
    if not photos:
        st.info(_("Put a picture into the tray to begin."))
        return
    photo = photos[0]
    with bar.settings(name="privacy"):
        texts = {"mosaic": _("Mosaic of 5 cells"), "grey": _("Grey: nothing is left")}
        way: Any = choices.choose_one(_("How it is hidden"), texts, key="production.redaction", default="mosaic")
    found = answer(propose_regions, card, photo, RedactionSettings())
    if found is None:
        return
    place = st.container()
    boxes, kinds = _edit(found, photo, key=f"production.regions.{photo.sha256[:12]}.{card.key}")
    hidden = redacted(photo, boxes, way)
    with place:
        _show_both(photo, hidden, (boxes, kinds), card)
    _confirm(photo, hidden, len(boxes))
    _show_recall()


def _show_both(photo: Photo, hidden: Photo, regions: Regions, card: ModelCard) -> None:
    boxes, kinds = regions
    count = len(boxes)
    words = ngettext("**{n} region** to be hidden", "**{n} regions** to be hidden", count).format(n=count)
    st.markdown(
        _("{words}: a proposal by {model} and a face cascade, not a promise. Look at the whole picture.").format(
            words=words, model=coloured_title(card)
        )
    )
    import numpy as np

    array = np.array(boxes, float).reshape(-1, 4)
    left, right = st.columns(2)
    left.image(encode_jpeg(proposal_picture(photo, array, kinds)), width="stretch", alt=_("The proposal"))
    right.image(encode_jpeg(hidden.rgb), width="stretch", alt=_("The picture as it would leave"))


def _edit(found: Proposal, photo: Photo, *, key: str) -> Regions:
    """The table of regions: unticked ones stay visible, new rows are the visitor's own."""
    rows = [
        {"hide": True, "kind": kind, **{edge: round(float(v)) for edge, v in zip(EDGES, box, strict=True)}}
        for kind, box in zip(found.kinds, found.boxes_xyxy, strict=True)
    ]
    with st.expander(_("Regions: untick, move, add your own"), icon=":material/edit:"):
        table = edited_rows(
            rows or [{"hide": False, "kind": "own", **dict.fromkeys(EDGES, 0)}],
            key=key,
            columns={
                "hide": st.column_config.CheckboxColumn(_("Hide"), default=True),
                "kind": st.column_config.SelectboxColumn(
                    _("Kind"), options=list(KINDS), default="own", format_func=kind_name
                ),
                **{edge: st.column_config.NumberColumn(f"{edge} (px)", min_value=0, step=1) for edge in EDGES},
            },
            num_rows="dynamic",
        )
    return _kept(table, photo)


def kind_name(kind: object) -> str:
    """A region's kind in the language in force."""
    return _(KINDS[str(kind)])


def _kept(table: Sequence[dict[str, Any]], photo: Photo) -> Regions:
    """The ticked rows that lie in the photo; says how many do not."""
    from vizcore.monitoring.redaction import region_inside

    ticked = [row for row in table if row.get("hide") and all(row.get(edge) is not None for edge in EDGES)]
    found = [(region_inside(photo, [float(row[edge]) for edge in EDGES]), str(row.get("kind") or "own"))
             for row in ticked]  # fmt: skip
    kept = [(box, kind) for box, kind in found if box is not None]
    if outside := len(found) - len(kept):
        words = ngettext(
            "{n} region has no area inside the picture: it hides nothing.",
            "{n} regions have no area inside the picture: they hide nothing.",
            outside,
        )
        st.warning(words.format(n=outside))
    return [box for box, _kind in kept], [kind for _box, kind in kept]


def _confirm(photo: Photo, hidden: Photo, count: int) -> None:
    looked = st.checkbox(
        _("I have looked at the whole picture, and what must be hidden is hidden."),
        key=f"production.looked.{photo.sha256[:12]}.{hidden.sha256[:12]}",
    )
    if looked:
        with downloads.export():
            name = f"{downloads.safe_stem(visible(photo.name))}-hidden"
            files = (
                (downloads.download_jpeg, "jpg", _("Picture (JPEG)")),
                (downloads.download_png, "png", _("Picture (PNG)")),
            )
            for download, ending, label in files:  # what was hidden must not be told by a caption
                download(hidden.rgb, name=name, key=f"production.hidden.{ending}", label=label, about="")
    else:
        st.caption(_("The picture can be taken away once somebody has looked at it."))
    st.caption(
        _(
            "Not anonymous: clothes, place and time remain, and who knows the person will know them. A mosaic of few "
            "cells hides features, grey leaves nothing. Files leave without metadata. This server keeps the photo in "
            "memory until the visit ends, and writes neither photo nor regions to disk."
        )
    )


def _show_recall() -> None:
    from vizcore.monitoring.redaction import MEASURED

    st.markdown(_("**How much it finds** (measured; the rest is yours to find)"))
    show_table(
        [
            {
                _("Kind"): _(KINDS[each.kind]),
                _("Found"): f"{number(each.found, 0)} / {number(each.n, 0)}" if each.n else "–",
                _("Recall, 95 % interval"): _interval(each.found, each.n),
                _("Measured on"): _(each.on),
            }
            for each in MEASURED
        ]
    )


def _interval(found: int, n: int) -> str:
    if not n:
        return _("not measured")
    low, high = wilson_interval(found, n)
    return f"{percent(found / n, 0)} ({percent(low, 0)} – {percent(high, 0)})"
