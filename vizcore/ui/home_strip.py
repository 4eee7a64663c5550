"""What do the models say at this moment? The home page's strip of live answers, drawn after the page itself.

The first paint loads no heavy library: on a server that nobody has used yet, the strip comes in two seconds later.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.errors import VizError
from vizcore.figures.bars import short_label
from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import tray
from vizcore.ui.engine_call import quiet_answer
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.photo_names import photo_name
from vizcore.zoo.cards import USUAL_IOU, ModelCard
from vizcore.zoo.catalogue import card as card_of

if TYPE_CHECKING:
    from vizcore.results import Detections
    from vizcore.segmentation import Prompts

Find = Callable[[], "Detections | None"]

SIDE = 360  # longest side of a picture in pixels
TILE_WIDTH = 160
LATER_S = 2.0
KEY = "home.strip"
DETECTOR = "yolo-mini"


@dataclass(frozen=True)
class Answer:
    """One picture of the strip, and what it says as Markdown."""

    rgb: NDArray[np.uint8]
    words: str
    alt: str


def show() -> None:
    """The photo, what a CNN and a ViT see in it, the boxes of a detector, and the mask of the largest one."""
    warm = "torch" in sys.modules
    fragment(lambda: _draw(warm), every_s=None if warm else LATER_S)


def _draw(warm: bool) -> None:
    photo = _subject()
    if photo is None:
        return
    seen = st.session_state.get(KEY, False)
    st.session_state[KEY] = True
    if not warm and not seen:
        _show([Answer(shrunk(photo.rgb, SIDE), _("The models are waking up …"), visible(photo_name(photo)))])
        return
    if not warm and "torch" in sys.modules:
        st.rerun()  # to leave the polling, now that answers come at once
    first = Answer(shrunk(photo.rgb, SIDE), _("**One photo**"), visible(photo_name(photo)))
    _show(chain([first], _answers(photo)))


def _subject() -> Photo | None:
    """The visitor's newest picture, or the cat."""
    own = tray.photos()
    return own[-1] if own else (load_sample("cat") if "cat" in SAMPLES else None)


def _show(answers: Iterable[Answer]) -> None:
    with st.container(horizontal=True, gap="small", key="home-strip"):
        for each in answers:
            with st.container(width=TILE_WIDTH, gap="xsmall"):
                st.image(encode_jpeg(each.rgb), width="stretch", alt=each.alt)
                st.markdown(f":small[{each.words}]")


def _answers(photo: Photo) -> Iterator[Answer]:
    """Each as soon as it is there; a model that is missing or failed leaves its place out, its page says why."""
    boxes = cache(lambda: _detections(card_of(DETECTOR), photo))  # shown first, then cut out
    makers: list[tuple[str, Callable[[ModelCard, Photo], Answer | None]]] = [
        ("efficientnet-lite0", _evidence),
        ("vit-mini", _evidence),
        (DETECTOR, partial(_boxes, find=boxes)),
        ("sam-mini", partial(_mask, find=boxes)),
    ]
    for key, make in makers:
        try:
            answer = make(card_of(key), photo)
        except VizError:
            continue
        if answer is not None:
            yield answer


def _ask(operation: Callable[..., Any], card: ModelCard, subject: Any, settings: Any) -> Any:
    return quiet_answer(operation, card.key, subject, settings)


def _evidence(card: ModelCard, photo: Photo) -> Answer | None:
    from vizcore.features.overview import Overview, OverviewSettings, overview
    from vizcore.figures.overlay import overlay_heatmap

    found = _ask(overview, card, photo, OverviewSettings())
    if not isinstance(found, Overview) or found.evidence is None or found.classification is None:
        return None
    _index, label, share = found.classification.top(1)[0]
    words = f"{coloured_title(card)}  \n**{escaped(short_label(label))}** {percent(share, 0)}"
    alt = _("Evidence map of {model}").format(model=visible(card.title))
    return Answer(overlay_heatmap(photo, found.evidence, strength=0.75, longest_side=SIDE), words, alt)


def _boxes(card: ModelCard, photo: Photo, find: Find) -> Answer | None:
    from vizcore.figures.boxes import draw_boxes

    found = find()
    if found is None:
        return None
    said = _("nothing found")
    if len(found):
        said = f"**{escaped(class_name(found.labels[int(found.class_ids[0])]))}** {number(float(found.scores[0]), 2)}"
    words = f"{coloured_title(card)}  \n{said}"
    alt = _("Boxes of {model}").format(model=visible(card.title))
    return Answer(draw_boxes(photo, found, longest_side=SIDE), words, alt)


def _detections(card: ModelCard, photo: Photo) -> Detections | None:
    """From the score that the card sets, best first; the engine remembers the candidates."""
    from vizcore.detection.candidates import ProposeSettings, propose
    from vizcore.detection.choosing import ChoiceSettings, choose
    from vizcore.results import Candidates

    candidates = _ask(propose, card, photo, ProposeSettings())
    if not isinstance(candidates, Candidates):
        return None
    return choose(candidates, ChoiceSettings(score=card.score, iou=USUAL_IOU))


def _mask(card: ModelCard, photo: Photo, find: Find) -> Answer | None:
    """Detect, then segment: the mask of the detector's largest box; a click in the middle where it found nothing."""
    from vizcore.figures.masks import object_colour, painted
    from vizcore.segmentation import SegmentSettings, embed, segment
    from vizcore.segmentation.results import ImageEmbedding, Masks

    embedding = _ask(embed, card, photo, None)
    if not isinstance(embedding, ImageEmbedding):
        return None
    prompts = _pointed_at(photo, find)
    found = _ask(segment, card, embedding, SegmentSettings(prompts, keep="best"))
    if not isinstance(found, Masks) or not len(found.areas):
        return None
    share = percent(float(found.areas[0]) / (photo.width * photo.height), 0)
    boxed = _("from the largest box of {detector}: **{share}** of the photo")
    said = _("one click in the middle: **{share}** of the photo") if prompts.single_click else boxed
    words = f"{coloured_title(card)}  \n" + said.format(detector=visible(card_of(DETECTOR).title), share=share)
    alt = _("Mask of {model}").format(model=visible(card.title))
    return Answer(shrunk(painted(photo.rgb, [found.mask(0)], [object_colour(1)]), SIDE), words, alt)


def _pointed_at(photo: Photo, find: Find) -> Prompts:
    from vizcore.segmentation import Prompts

    try:
        found = find()
    except VizError:
        found = None
    if found is None or not len(found):
        middle = ((photo.width / 2, photo.height / 2),)
        return Prompts(middle, (1,))
    largest = int((found.boxes_xyxy[:, 2:] - found.boxes_xyxy[:, :2]).prod(1).argmax())
    x0, y0, x1, y1 = (float(each) for each in found.boxes_xyxy[largest])
    return Prompts(box_xyxy=(x0, y0, x1, y1))
