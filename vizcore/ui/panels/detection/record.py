"""Everything that the detectors found, to take away, and the way on to segmentation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.boxes import LabelStyle, draw_boxes
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.pictures import encode_png
from vizcore.ui import address, downloads
from vizcore.ui.handover import boxes_for, give_boxes
from vizcore.ui.literal import literal, visible
from vizcore.ui.pages import built_pages
from vizcore.ui.panels.detection import reread
from vizcore.ui.panels.detection.proposed import Proposed

if TYPE_CHECKING:
    from vizcore.results import Detections

Found = Sequence[tuple[Proposed, "Detections"]]


def show(found: Found, style: LabelStyle) -> None:
    """Annotated pictures as one PNG, the boxes as JSON, CSV and COCO, and the hand-over."""
    st.header(_("Take it away"), anchor=False)
    detections = [each for _proposed, each in found]
    with downloads.export():
        downloads.download_made(
            lambda: encode_png(contact_sheet(found, style)),
            name=f"boxes-{stem_of(found)}.png",
            mime="image/png",
            key="detection.png",
            label=_("Annotated photos (PNG)"),
        )
        downloads.download_json(detections, key="detection.json", label=_("Results with provenance (JSON)"))
        downloads.download_csv(
            csv_rows(found), name=f"boxes-{stem_of(found)}", key="detection.csv", label=_("Boxes (CSV)")
        )
        _download_coco(found)
    reread.show(detections)
    show_handover(found)


def _download_coco(found: Found) -> None:
    """One file for each detector, since a COCO data set has no place for the names of several."""
    for key in dict.fromkeys(each.card.key for each, _detections in found):
        rows = [pair for pair in found if pair[0].card.key == key]
        downloads.download_made(
            partial(coco_of, [detections for _each, detections in rows]),
            name=f"coco-{stem_of(rows)}.json",
            mime="application/json",
            key=f"detection.coco.{key}",
            label=_("COCO: {model}").format(model=literal(rows[0][0].card.title)),
        )


def coco_of(many: Sequence[Detections]) -> bytes:
    """A COCO data set of one detector's boxes, with COCO's own category ids where the classes are COCO's."""
    from vizcore.detection.exchange import coco_bytes
    from vizcore.zoo.detection_labels import coco_ids

    labels = many[0].labels
    return coco_bytes(many, category_ids=dict(zip(labels, coco_ids(labels), strict=True)))


def csv_rows(found: Found) -> list[dict[str, str | int | float]]:
    """One row for each box, numbers unrounded, language-free."""
    from vizcore.detection import exchange

    return [row for _each, detections in found for row in exchange.csv_rows(detections)]


def contact_sheet(found: Found, style: LabelStyle) -> NDArray[np.uint8]:
    """The annotated photos, one row for each photo, detectors side by side."""
    rows = []
    for _sha, group in groupby(found, key=lambda pair: pair[0].photo.sha256):
        rows.append(np.concatenate([draw_boxes(each.photo, boxes, style) for each, boxes in group], axis=1))
    width = max(row.shape[1] for row in rows)
    padded = [np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0)), constant_values=255) for row in rows]
    return np.concatenate(padded, axis=0)


def stem_of(found: Found) -> str:
    """Models and photos in a file's name: "yolo-mini+detr-mini-1a2b3c4d"."""
    models = dict.fromkeys(each.card.key for each, _detections in found)
    photos = dict.fromkeys(each.photo.sha256[:8] for each, _detections in found)
    return "-".join(["+".join(models), "+".join(list(photos)[:4])])


def show_handover(found: Found) -> None:
    """Detect, then segment: one detector's boxes go on to the segmentation page, photo by photo."""
    page = next((each for each in built_pages() if each.key == "segmentation"), None)
    if page is None:
        return
    st.subheader(_("Detect, then segment"), anchor=False)
    cards = {each.card.key: each.card for each, _detections in found}
    titles = {key: visible(card.title) for key, card in cards.items()}
    key = address.choose_one(_("Boxes of"), titles, key="detection.hand", default=next(iter(titles)))
    rows = [(each, detections) for each, detections in found if each.card.key == key]
    count = sum(len(detections) for _each, detections in rows)

    def give() -> None:
        for each, detections in rows:
            labels = [detections.labels[int(class_id)] for class_id in detections.class_ids]
            give_boxes(each.photo.sha256, clipped(detections).tolist(), labels, key)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Hand on {n} boxes").format(n=number(count, 0)),
            key="detection.hand.give",
            icon=":material/content_cut:",
            disabled=not count,
            on_click=give,
        )
        held = sum(len(boxes_for(each.photo.sha256)) for each, _detections in rows)
        if held:
            st.page_link(page.file, label=_("Cut {n} boxes out").format(n=number(held, 0)), icon=page.icon)
    st.caption(_("The boxes become prompts there: one object for each."))


def clipped(found: Detections) -> NDArray[np.float64]:
    """The boxes (n, 4) cut at the photo's edges."""
    width, height = found.size_wh
    return found.boxes_xyxy.astype(np.float64).clip(0, [width, height, width, height])
