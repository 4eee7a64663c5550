"""What does a detector find in the pictures of a set: one that errs as the sliders say, or one of the list?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.class_names import names_of_classes
from vizcore.metrics.detection.scene_dataset import SceneDataset, detections_as_found
from vizcore.metrics.detection.synthetic import LIMITS, SyntheticSettings, synthetic_detections
from vizcore.ui import pickers, url_state
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.detection_metrics.page_state import KEY, PageState
from vizcore.ui.toolbar import Toolbar

if TYPE_CHECKING:
    from vizcore.detection.candidates import CandidatesOfMany
    from vizcore.zoo.cards import ModelCard

SLIDERS = {
    "misses": (N_("Misses"), N_("Chance that an object is not found; small objects are lost more often."), 0.01),
    "false_alarms": (N_("False alarms"), N_("Boxes in a picture where there is nothing, on average."), 0.1),
    "jitter": (N_("Jitter of the edges"), N_("How far each edge strays, as a share of the box's side."), 0.01),
    "score_noise": (N_("Score noise"), N_("How little the score says about being right; 0 ranks perfectly."), 0.1),
    "confusion": (N_("Confusion"), N_("Chance that an object is called by another class's name."), 0.01),
    "duplicates": (N_("Duplicates"), N_("Chance of a second box on the same object, as without NMS."), 0.01),
    "confidence": (N_("Confidence"), N_("Over 1 the scores are surer than they should be."), 0.05),
}
WORSE = SyntheticSettings(misses=0.3, false_alarms=1.6, jitter=0.12, score_noise=1.6, seed=1)  # where B begins
FLOOR, NMS_IOU = 0.01, 0.7


def synthetic(
    drawn: SceneDataset, which: str, start: SyntheticSettings, of: tuple[Any, ...] = (), *, side: Any = None
) -> PageState:
    """A synthetic detector with its sliders. which: "" for the first, "b" for the second. of: names the set.

    side: where the sliders stand one below the other; in a fold in place without it.
    """
    with side or st.expander(_("The synthetic detector"), icon=":material/tune:"):
        columns = [side] if side else st.columns(4)
        values: dict[str, Any] = {}
        for place, (name, (label, explain, step)) in enumerate(SLIDERS.items()):
            values[name] = columns[place % len(columns)].slider(
                _(label),
                *LIMITS[name],
                getattr(start, name),
                step,
                help=_(explain),
                **url_state.bound(f"{KEY}.{which}{name}"),
            )
        seed = columns[-1].number_input(_("Seed"), 0, 9999, start.seed, **url_state.bound(f"{KEY}.{which}seed"))
    settings = SyntheticSettings(**values, seed=int(seed))
    data = drawn.data.with_found(synthetic_detections(drawn.data, settings))
    title = _("Synthetic B") if which else _("Synthetic detector")
    key = (of, tuple(photo.sha256 for photo in drawn.photos), settings)
    return PageState(key, data, drawn.photos, title, asdict(settings))


def detector(drawn: SceneDataset, which: str, bar: Toolbar | None = None) -> PageState | None:
    """A detector of the list on these pictures; None where none is at hand or it failed.

    bar: where its list stands, if not in place. Where the set may still change (no second detector), objects of
    classes that it was never taught are left out.
    """
    key = f"{KEY}.{which}model"
    default = ["detr-mini" if which else "yolo-mini"]
    choose = bar.models if bar else pickers.choose_models
    cards = choose(key=key, task="detect", least=1, most=1, default=default)
    if not cards:
        return None
    found = _proposed(drawn, cards[0])
    return _held_of(drawn, cards[0], found, bool(which)) if found is not None else None


def _proposed(drawn: SceneDataset, card: ModelCard) -> CandidatesOfMany | None:
    from vizcore.detection.candidates import ProposeSettings
    from vizcore.metrics.detection.proposing import propose_all
    from vizcore.ui.engine_call import answer

    return answer(propose_all, card, drawn.photos, ProposeSettings(floor=FLOOR))


def _held_of(drawn: SceneDataset, card: ModelCard, found: CandidatesOfMany, second: bool) -> PageState | None:
    from vizcore.detection.choosing import ChoiceSettings, choose

    choice = ChoiceSettings(score=FLOOR, iou=NMS_IOU)
    detections = [choose(each, choice) for each in found.each]
    known = set(detections[0].labels) if detections else set()
    shared = [name for name in drawn.data.class_names if name in known]
    if not shared:
        st.info(_("This detector knows none of the classes of the drawn scenes."), icon=":material/info:")
        return None
    absent = [name for name in drawn.data.class_names if name not in known]
    names = ", ".join(names_of_classes(absent))
    if absent and second:
        st.caption(_("Classes that B was never taught: {names}.").format(names=names))
    elif absent:
        st.caption(
            _("Objects of classes that this detector was never taught are left out: {names}.").format(names=names)
        )
    data = drawn.data if second else drawn.data.of_classes(shared)
    boxes, left_out = detections_as_found(detections, data.class_names)
    provenance = found.provenance
    settings = {"floor": FLOOR, "nms_iou": NMS_IOU, "left_out": left_out}
    key = (tuple(photo.sha256 for photo in drawn.photos), data.class_names, card.key, provenance.weights_sha256)
    return PageState(
        key,
        data.with_found(boxes),
        drawn.photos,
        visible(card.title),
        settings,
        model=card.key,
        weights_sha256=provenance.weights_sha256,
    )
