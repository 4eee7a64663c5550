"""What does a visitor choose among a detector's candidates? Score, NMS, classes, labels; none of it asks a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import number
from vizcore.ui import choices, url_state
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.detection.candidates import FLOOR
from vizcore.zoo.cards import USUAL_IOU, USUAL_SCORE, ModelCard
from vizcore.zoo.detection_labels import coco_name

if TYPE_CHECKING:
    from vizcore.detection.choosing import ChoiceSettings
    from vizcore.figures.boxes import LabelStyle
    from vizcore.results import Candidates

LABEL_WORDS = {"both": N_("Class and score"), "class": N_("Class only"), "none": N_("No labels")}
STYLES: dict[str, LabelStyle] = {"both": "class and score", "class": "class", "none": "none"}
SCORE, OWN, ANYWAY = "detection.score", "detection.own", "detection.anyway"


def choose_settings(candidates: Sequence[Candidates], cards: Sequence[ModelCard]) -> tuple[ChoiceSettings, bool, Any]:
    """Two sliders and a class filter for all detectors, in the address; whether each is judged at its own score instead
    of the slider's; and the place beside them."""
    from vizcore.detection.choosing import ChoiceSettings

    with st.container(key="toolbar-more-detection"):  # as the bar itself, put away in a lecture
        left, middle, right, rest = st.columns(4)
    own, anyway = _switched_on(OWN, _own_at_first()), _switched_on(ANYWAY, False)
    with left:
        score = choose_score(off=own)
        choose_own_scores(cards)
    with middle:
        iou = choose_iou(anyway or any(each.needs_nms for each in candidates))
    with right:
        classes = _choose_classes(candidates)
    return ChoiceSettings(score=score, iou=iou, classes=tuple(classes), always_nms=anyway), own, rest


def _switched_on(key: str, first: bool) -> bool:
    """What a switch says that is drawn further down."""
    address = st.query_params.get(key)
    return bool(st.session_state.get(key, first if address is None else address == "true"))


def _own_at_first() -> bool:
    """A link with a score means that score."""
    first: bool = st.session_state.setdefault(f"{OWN}.first", SCORE not in st.query_params)
    return first


def choose_own_scores(cards: Sequence[ModelCard]) -> None:
    """Whether each detector shows its boxes from the score that its card says, where one was measured."""
    each = " · ".join(f"{card.title} {number(card.score, 2)}" for card in {card.key: card for card in cards}.values())
    st.toggle(
        _("Each at its own score"),
        _own_at_first(),
        help=_(
            "The lowest at which its F1 is within half a point of its best on validation photos; {usual} for a model "
            "of which that was not measured: {scores}."
        ).format(usual=number(USUAL_SCORE, 2), scores=visible(each)),
        **url_state.bound(OWN),
    )


def switch_nms_anyway() -> None:
    """Whether NMS also goes over the boxes of detectors that need none."""
    st.toggle(
        _("Apply NMS to DETR anyway"),
        help=_("DETR is to give each object one box by itself. How many NMS takes away says how well it does."),
        **url_state.bound(ANYWAY),
    )


def choose_card(cards: Sequence[ModelCard], key: str) -> ModelCard:
    """The one detector that a section opens up; a choice only where there are several."""
    if len(cards) == 1:
        return cards[0]
    titles = {card.key: visible(card.title) for card in cards}
    chosen = choices.choose_one(_("Model to look into"), titles, key=key, default=cards[0].key)
    return next(card for card in cards if card.key == chosen)


def choose_score(usual: float = USUAL_SCORE, *, off: bool = False) -> float:
    """Least score, from the floor under which no candidate was kept; greyed out where each detector has its own."""
    return st.slider(
        _("Least score"),
        FLOOR,
        1.0,
        usual,
        0.01,
        disabled=off,
        help=_("Boxes under it are not shown. Candidates under {floor} were not kept at all.").format(
            floor=number(FLOOR, 2)
        ),
        **url_state.bound(SCORE),
    )


def choose_iou(useful: bool) -> float:
    """NMS threshold; greyed out when no chosen detector needs NMS."""
    return st.slider(
        _("NMS: largest IoU"),
        0.0,
        1.0,
        USUAL_IOU,
        0.05,
        disabled=not useful,
        help=_(
            "Of two boxes of one class that overlap by more, the weaker goes. DETR's boxes are left as they are, "
            "unless NMS is applied to them anyway."
        ),
        **url_state.bound("detection.iou"),
    )


def choose_style() -> LabelStyle:
    """What is written at each box."""
    texts = {key: _(text) for key, text in LABEL_WORDS.items()}
    return STYLES[choices.choose_from(_("Labels"), texts, key="detection.label", default="both")]


def _choose_classes(candidates: Sequence[Candidates]) -> list[str]:
    texts = class_texts(candidates)
    return choices.choose_some(
        _("Classes (empty: all)"), texts, key="detection.classes", default=[], most=max(1, len(texts))
    )


def class_texts(candidates: Sequence[Candidates]) -> dict[str, str]:
    """The classes that some candidate has come first, then the others that the models know, each by one name."""
    present = {coco_name(each.labels[int(place)]) for each in candidates for place in set(each.class_ids.tolist())}
    known = {coco_name(label) for each in candidates for label in each.labels}
    return {label: class_name(label) for label in sorted(known, key=lambda label: (label not in present, label))}
