"""Everything that the detectors found, to take away, and the way on to segmentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.boxes import LabelStyle, draw_boxes
from vizcore.figures.contact_sheet import contact_sheet, fitting_scale
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import percent
from vizcore.samples import SAMPLES
from vizcore.ui import choices, downloads
from vizcore.ui.export_formats import json_pieces
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.pages import built_pages
from vizcore.ui.panels.detection import reimport
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.ui.shared_boxes import boxes_for, share_boxes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vizcore.results import Detections

MOST_SHEET_PIXELS = 60_000_000  # 180 MB while it is made

Found = Sequence[tuple[Proposed, "Detections"]]


@dataclass
class Shown:
    """What the page shows now; every move of a slider puts its boxes here. compared: what a file was compared with."""

    found: Found = ()
    style: LabelStyle = "class and score"
    compared: Found = ()


def show(shown: Shown) -> None:
    """Annotated pictures as one PNG, the boxes as JSON, CSV and COCO, and the hand-over; all of it as shown then."""
    st.header(_("Take it away"), anchor=False)
    stem, scale = stem_of(shown.found), sheet_scale(shown.found)
    with downloads.export():
        downloads.download_png(
            lambda: sheet_of(shown.found, shown.style),
            name=f"boxes-{stem}",
            key="detection.png",
            label=_("Annotated photos (PNG)"),
            about=lambda: "\n".join(_words(each, boxes) for each, boxes in shown.found),
        )
        downloads.download_pieces(
            lambda: json_pieces(detections_of(shown.found)),
            name=f"detections-{stem}.json",
            mime="application/json",
            key="detection.json",
            label=_("Results with provenance (JSON)"),
        )
        downloads.download_csv(
            lambda: csv_rows(shown.found), name=f"boxes-{stem}", key="detection.csv", label=_("Boxes (CSV)")
        )
        _download_coco(shown)
    if scale < 1:
        st.caption(_("All photos on one picture are shrunk to {share} of their width.").format(share=percent(scale, 0)))
    shown.compared = shown.found
    reimport.show(detections_of(shown.found))
    show_handover(shown)


def keep_in_step(shown: Shown) -> None:
    """A file that was read back is compared with what is shown now: the whole page follows, where there is one."""
    if shown.compared and shown.compared is not shown.found and reimport.has_read():
        st.rerun()


def detections_of(found: Found) -> list[Detections]:
    """The boxes alone."""
    return [detections for _each, detections in found]


def _download_coco(shown: Shown) -> None:
    """One file for each detector, since a COCO data set has no place for the names of several."""
    from vizcore.detection.exchange import detector_coco_bytes

    def of(key: str) -> Found:
        return [pair for pair in shown.found if pair[0].card.key == key]

    for key in dict.fromkeys(each.card.key for each, _detections in shown.found):
        downloads.download_made(
            partial(lambda key: detector_coco_bytes(detections_of(of(key))), key),
            name=f"coco-{stem_of(of(key))}.json",
            mime="application/json",
            key=f"detection.coco.{key}",
            label=_("COCO: {model}").format(model=escaped(of(key)[0][0].card.title)),
        )


def csv_rows(found: Found) -> list[dict[str, str | int | float]]:
    """One row for each box, numbers unrounded, language-free."""
    from vizcore.detection.exchange import csv_rows as rows_of

    return [row for _each, detections in found for row in rows_of(detections)]


def sheet_scale(found: Found) -> float:
    """By how much the annotated photos shrink, so that all of them fit on one sheet."""
    rows = [[(each.photo.width, each.photo.height) for each, _boxes in group] for group in _by_photo(found)]
    return fitting_scale(rows, MOST_SHEET_PIXELS)


def sheet_of(found: Found, style: LabelStyle) -> NDArray[np.uint8]:
    """The annotated photos, one row for each photo, detectors side by side; under each the photo, the detector and its
    settings."""
    rows = (
        ((draw_boxes(each.photo, boxes, style), _words(each, boxes)) for each, boxes in group)
        for group in _by_photo(found)
    )
    return contact_sheet(rows, scale=sheet_scale(found))


def _by_photo(found: Found) -> Iterator[Iterator[tuple[Proposed, Detections]]]:
    for _sha, group in groupby(found, key=lambda pair: pair[0].photo.sha256):
        yield group


def _words(each: Proposed, boxes: Detections) -> str:
    return downloads.caption(boxes, each.photo.name, each.card.title)


def stem_of(found: Found) -> str:
    """Models and photos in a file's name: "yolo-mini+detr-mini-1a2b3c4d"."""
    models = dict.fromkeys(each.card.key for each, _detections in found)
    photos = dict.fromkeys(each.photo.sha256[:8] for each, _detections in found)
    return "-".join(["+".join(models), "+".join(list(photos)[:4])])


def show_handover(shown: Shown) -> None:
    """Detect, then segment: one detector's boxes go on to the segmentation page, photo by photo."""
    page = next((each for each in built_pages() if each.key == "segmentation"), None)
    if page is None:
        return
    st.subheader(_("Detect, then segment"), anchor=False)
    titles = {each.card.key: visible(each.card.title) for each, _detections in shown.found}
    key = choices.choose_one(_("Boxes of"), titles, key="detection.hand", default=next(iter(titles)))
    with st.container(horizontal=True, vertical_alignment="center"):
        given = st.button(
            _("Hand the boxes on"),
            key="detection.hand.give",
            icon=":material/content_cut:",
            on_click=lambda: _give(shown.found, key),
        )
        held = sum(len(boxes_for(sha)) for sha in {each.photo.sha256 for each, _detections in shown.found})
        if held:
            words = _("Cut out {n}").format(n=counted("box", held))
            st.page_link(page.file, label=words, icon=page.icon, query_params=_where_they_are_cut(shown))
        elif given:
            st.markdown(_("No box passes these settings."))
    st.caption(_("The boxes become prompts there: one object for each."))


def _where_they_are_cut(shown: Shown) -> list[tuple[str, str]]:
    """The section that shows the boxes, on the photo that they were found in if it is a sample."""
    photos = {each.photo.name: each.photo for each, _detections in shown.found if len(boxes_for(each.photo.sha256))}
    samples = [name for name in photos if name in SAMPLES][:1]
    return [("segmentation.part", "boxes"), *(("segmentation.photos", name) for name in samples)]


def _give(found: Found, key: str) -> None:
    for each, detections in found:
        if each.card.key == key:
            labels = [detections.labels[int(class_id)] for class_id in detections.class_ids]
            share_boxes(each.photo.sha256, detections.boxes_xyxy.tolist(), labels, key)
