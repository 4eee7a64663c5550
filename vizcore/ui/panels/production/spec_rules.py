"""Rules on places, sizes and counts, tried on photos: the detector's boxes stay, the rule says what they mean."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.figures.rules import rule_picture
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import percent
from vizcore.monitoring.rules import BusinessRule, Outcome, decide
from vizcore.monitoring.spec import Rule
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.results import Detections
from vizcore.ui import choices, url_state
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import visible
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

ANY = "any"
WIDTH = 320
VERDICTS = {"accept": N_("accept"), "review": N_("a person looks"), "alert": N_("alert")}
VERDICT_COLOURS = {"accept": "green", "review": "orange", "alert": "red"}
REASONS = {
    "counts": N_("counts"),
    "unsure": N_("unsure"),
    "score": N_("score too low"),
    "class": N_("another class"),
    "place": N_("outside the region"),
    "size": N_("too small"),
}
PICTURE = 360
LEAST_SCORE = 0.1  # of a box that is shown at all
SAME_OBJECT = 0.45  # IoU from which two boxes are one object to be counted


def show(card: ModelCard, photos: Sequence[Photo], costs_rule: Rule, bar: Toolbar) -> None:
    """The model's boxes asked once, the rule chosen in the bar, and what it makes of every photo."""
    from vizcore.detection.candidates import ProposeSettings, propose
    from vizcore.detection.choosing import ChoiceSettings, choose

    proposed = [(photo, answer(propose, card, photo, ProposeSettings())) for photo in photos]
    labels = next((each.labels for _photo, each in proposed if each is not None), ())
    rule = _choose_rule(labels, costs_rule, bar)
    least = ChoiceSettings(score=min(LEAST_SCORE, rule.low), iou=SAME_OBJECT)
    boxes = [(photo, choose(each, least)) for photo, each in proposed if each is not None]
    if boxes:
        _show_tried(card, boxes, rule)


def _choose_rule(known: Sequence[str], costs_rule: Rule, bar: Toolbar) -> BusinessRule:
    """Class, region, size and counts in the bar; the scores come from the costs."""
    labels = {name: _("any class") if name == ANY else class_name(name) for name in (ANY, *known)}
    with bar.settings(_("Places, sizes, counts"), name="rule"):
        label = choices.choose_from(
            _("Class that counts"), labels, key="production.rule.label",
            default="person" if "person" in labels else ANY, width=WIDTH,
        )  # fmt: skip
        across = st.slider(
            _("Region, left to right (%)"), 0, 100, (0, 100), 5, width=WIDTH, **url_state.bound("production.rule.x")
        )
        down = st.slider(
            _("Region, top to bottom (%)"), 0, 100, (30, 100), 5, width=WIDTH, **url_state.bound("production.rule.y")
        )
        area = st.slider(
            _("Smallest box (% of the photo)"), 0.0, 20.0, 1.0, 0.5, width=WIDTH,
            **url_state.bound("production.rule.area"),
        )  # fmt: skip
        fewest, most = st.slider(
            _("How many may be there"), 0, 10, (0, 2), width=WIDTH, **url_state.bound("production.rule.count")
        )
    (x0, x1), (y0, y1) = _span(*across), _span(*down)
    counted = "" if label == ANY else label
    return BusinessRule(counted, (x0, y0, x1, y1), area / 100, fewest, most, costs_rule.low, costs_rule.high)


def _span(low: int, high: int) -> tuple[float, float]:
    """Percent -> shares, at least a twentieth apart."""
    low = min(low, 95)
    return low / 100, max(high, low + 5) / 100


def _show_tried(card: ModelCard, chosen: Sequence[tuple[Photo, Detections]], rule: BusinessRule) -> None:
    """Each photo with its counted boxes, its verdict, and the reason for each box that was left out."""
    found = [(photo, boxes, decide(boxes, rule)) for photo, boxes in chosen]
    st.markdown(_("**Tried with {model}**").format(model=coloured_title(card)) + " · " + _words(rule))
    with st.container(horizontal=True):
        for photo, boxes, outcome in found:
            with st.container(width=PICTURE, gap="xsmall"):
                picture = rule_picture(photo, boxes.boxes_xyxy, outcome.reasons, rule.region)
                st.image(encode_jpeg(picture), width="stretch", alt=visible(photo_name(photo)))
                colour, verdict = VERDICT_COLOURS[outcome.verdict], _(VERDICTS[outcome.verdict])
                st.markdown(f":{colour}[**{verdict}**] · {_counted(outcome)}")
    show_table([_row(photo, outcome) for photo, _boxes, outcome in found])
    st.caption(
        _(
            "The boxes are the model's and stay as they are; the rule only says which of them count (green: counts, "
            "orange: unsure, grey: left out). A person looks where the unsure boxes would change the verdict. A box "
            "belongs to the region by its centre."
        )
    )


def _words(rule: BusinessRule) -> str:
    return _("{label}: {fewest} to {most}; sure from {high}, unsure from {low}").format(
        label=class_name(rule.label) if rule.label else _("any class"),
        fewest=rule.fewest,
        most=rule.most,
        high=percent(rule.high, 0),
        low=percent(rule.low, 0),
    )


def _counted(outcome: Outcome) -> str:
    words = ngettext("{n} counts", "{n} count", outcome.sure).format(n=outcome.sure)
    unsure = outcome.possible - outcome.sure
    return words + (", " + ngettext("{n} unsure", "{n} unsure", unsure).format(n=unsure) if unsure else "")


def _row(photo: Photo, outcome: Outcome) -> dict[str, str]:
    return {
        _("Photo"): visible(photo_name(photo)),
        **{_(words): str(outcome.reasons.count(reason)) for reason, words in REASONS.items()},
        _("Decision"): _(VERDICTS[outcome.verdict]),
    }
