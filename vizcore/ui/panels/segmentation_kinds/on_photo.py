"""Section: the official semantic, instance and panoptic models on the visitor's own photo."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.segments import hexadecimal, segment_colours, segments_picture
from vizcore.figures.theme import DISPLAY_SIDE
from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.segmentation.kinds import KINDS, KindSettings, SegmentMap, segment_photo
from vizcore.ui import downloads, url_state
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.segmentation_kinds.three_answers import TITLES
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import USUAL_IOU, ModelCard
from vizcore.zoo.catalogue import card as card_of
from vizcore.zoo.catalogue import visible_cards

KEY = "segmentation_kinds"
MOST_SEGMENTS = 30  # rows of a table


def show(bar: Toolbar) -> None:
    """The bundled pair in three kinds, then one column for each official model that was chosen."""
    photos = bar.photos()
    cards = bar.models("segment", least=0, most=3)
    with bar.settings():
        least = st.slider(
            _("Least score of an object"), 0.1, 0.95, value=0.5, step=0.05, **url_state.bound(f"{KEY}.least_score")
        )
    if not photos:
        return
    _show_pair(photos[0], least)
    if cards:
        _show_answers(photos[0], cards, KindSettings(least_score=least))


def _show_pair(photo: Photo, least: float) -> None:
    """YOLO's boxes cut out by SAM: no bundled model was taught segmentation, but two of them make it together."""
    if not {"yolo-mini", "sam-mini"} <= {card.key for card in visible_cards()}:
        st.info(
            _(
                "The bundled pair is hidden here: this server lists models under permissive licences only"
                " (VIZCORE_PERMISSIVE_ONLY). Choose a model above."
            ),
            icon=":material/info:",
        )
        return
    results = pair_answers(photo, least)
    for column, found in zip(st.columns(3), results, strict=False):
        with column:
            show_map(photo, found)
    if results:
        st.caption(
            _(
                "By two bundled models: YOLO mini finds and names, SAM mini cuts each box out. They name things only, "
                "so that the rest stays unlabelled; the official models of the list also know sky, grass and road. "
                "Nobody has said what is in your photo, so there is no score here."
            )
        )
        downloads.show_exports(f"{KEY}.pair", results, table=_rows(results))


def pair_answers(photo: Photo, least: float) -> list[SegmentMap]:
    """Semantic, instance and panoptic by the bundled pair; [] after an error was shown."""
    from vizcore.detection.candidates import ProposeSettings, propose
    from vizcore.detection.choosing import ChoiceSettings, choose
    from vizcore.segmentation import embed, segment_boxes
    from vizcore.segmentation.from_boxes import segments_from_boxes
    from vizcore.segmentation.segment import BoxSettings

    candidates = answer(propose, card_of("yolo-mini"), photo, ProposeSettings())
    embedding = answer(cast(Any, embed), card_of("sam-mini"), photo)
    if candidates is None or embedding is None:
        return []
    found = choose(candidates, ChoiceSettings(score=least, iou=USUAL_IOU))
    boxes = tuple(tuple(map(float, box)) for box in found.boxes_xyxy)
    masks = answer(segment_boxes, card_of("sam-mini"), embedding, BoxSettings(boxes))  # type: ignore[arg-type]
    return [segments_from_boxes(photo, found, masks, kind) for kind in KINDS] if masks is not None else []


def _show_answers(photo: Photo, cards: list[ModelCard], settings: KindSettings) -> None:
    results: list[SegmentMap] = []
    with zoomed_together(f"{KEY}.answers.{photo.sha256}"):
        columns = st.columns(len(cards))
    for column, card in zip(columns, cards, strict=True):
        with column:
            model_heading(card)
            found = answer(segment_photo, card, photo, settings)
            if found is not None:
                show_map(photo, found)
                results.append(found)
    if results:
        st.caption(
            _(
                "Nobody has said what is in your photo, so there is no score here: look for objects that one model"
                " found and another did not, and for borders that differ."
            )
        )
        downloads.show_exports(f"{KEY}.photo", results, table=_rows(results))


def show_map(photo: Photo, found: SegmentMap) -> None:
    """The photo under its segments and what they are."""
    titles = {str(kind): title for kind, title in TITLES.items()}
    st.markdown(f"**{_(titles[found.kind])}**")
    rgb, numbers = _for_screen(photo, found)
    picture = segments_picture(rgb, numbers, found.class_ids, found.labels, found.things, kind=found.kind)
    alt = _("The photo under {n}").format(n=counted("segment", len(found)))
    st.image(encode_jpeg(picture), width="stretch", alt=alt)
    if not len(found):
        st.info(_("Nothing was found that is sure enough."), icon=":material/info:")
        return
    names = [class_name(label) for label in found.names()]  # files keep the labels
    st.markdown(", ".join(f"{escaped(name)} × {count}" for name, count in Counter(names).most_common()))
    colours = segment_colours(found.class_ids, found.labels, found.things, kind=found.kind)
    order = found.areas.argsort()[::-1][:MOST_SEGMENTS]
    shown = [(hexadecimal(colour), escaped(names[place])) for place in order if (colour := colours[place])]
    st.markdown(" · ".join(f':color[■]{{foreground="{colour}"}} {name}' for colour, name in shown))
    total = found.numbers.size
    show_table(
        [
            {
                _("Segment"): names[place],
                _("Score"): number(score, 2) if (score := _score(found, place)) is not None else "–",
                _("Share of the photo"): percent(float(found.areas[place]) / total, 1),
            }
            for place in order
        ]
    )
    if found.kind != "instance":
        return
    st.caption(_("Claimed by more than one object, and given to the surest: {n}.").format(
        n=counted("pixel", found.contested)))  # fmt: skip


def _for_screen(photo: Photo, found: SegmentMap) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """Photo and numbers at one size for the screen."""
    import cv2

    rgb = shrunk(photo.rgb, DISPLAY_SIDE)
    size = (rgb.shape[1], rgb.shape[0])
    return rgb, cv2.resize(found.numbers, size, interpolation=cv2.INTER_NEAREST_EXACT)


def _score(found: SegmentMap, place: int) -> float | None:
    """None where nobody is sure of the segment: what no box names."""
    score = float(found.scores[place])
    return None if math.isnan(score) else score


def _rows(results: list[SegmentMap]) -> list[dict[str, downloads.Cell]]:
    return [
        {
            "model": found.provenance.model,
            "segment": place + 1,
            "label": found.names()[place],
            "score": _score(found, place),
            "area_px": int(found.areas[place]),
        }
        for found in results
        for place in range(len(found))
    ]
