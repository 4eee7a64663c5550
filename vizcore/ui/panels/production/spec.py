"""Specification: from the cost of errors to a threshold, a rule, and what it does on photos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import streamlit as st

from vizcore.figures.drift import utility_lines
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import number, percent
from vizcore.monitoring.spec import USE_CASES, Costs, Rule, rule_for, utilities
from vizcore.photo import Photo
from vizcore.runtimes.calibration import cut_photos
from vizcore.samples import SAMPLES, load_sample
from vizcore.similarity.builtin import builtin_gallery
from vizcore.ui import choices, tray, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.production import spec_labels, spec_rules
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

FIELDS = {
    "gain": (N_("Gain of a right hit"), 1.0),
    "false_positive": (N_("Cost of a false alarm"), 2.0),
    "false_negative": (N_("Cost of a miss"), 2.0),
    "review": (N_("Cost of a look"), 0.5),
}
ACTION_NAMES = {"reject": N_("reject"), "review": N_("a person looks"), "accept": N_("accept")}
FIRST = ("bus", "zidane", "cat", "astronaut", "coffee", "rocket")
MOST_PHOTOS = 6
ANOMALY_KNOWN, ANOMALY_LEAST = 60, 20


def show(card: ModelCard, bar: Toolbar) -> None:
    """Costs in the bar, the rule tried on photos, the lines with the thresholds, labels and what they cost."""
    with bar.settings(_("Use case and costs"), name="costs"):
        texts = {name: _(title).partition(":")[0].strip() for name, (_metric, title) in USE_CASES.items()}
        case = choices.choose_from(_("Use case"), texts, key="production.case", default="anomaly", width=320)
        values = {
            name: st.number_input(
                _(title), 0.0, 1000.0, usual, 0.5, format="%g", width=320, **url_state.bound(f"production.cost.{name}")
            )
            for name, (title, usual) in FIELDS.items()
        }
    costs = Costs(**values)
    rule = rule_for(costs)
    metric, why = USE_CASES[case]
    st.markdown(_("{why} Metric: **{metric}**. {rule}").format(why=_(why), metric=metric, rule=rule_text(rule)))
    photos = tray.photos() or [load_sample(key) for key in FIRST if key in SAMPLES]
    if card.task == "detect":
        spec_rules.show(card, photos[:MOST_PHOTOS], rule, bar)
    _show_lines(costs, rule)
    if card.task == "classify":
        _show_tried(card, photos[:MOST_PHOTOS], rule)
    _show_working(costs, rule)
    if case == "anomaly":
        _show_anomaly(card)
    spec_labels.show(metric, _(why).partition(":")[0].strip())


def _show_lines(costs: Costs, rule: Rule) -> None:
    grid = np.linspace(0, 1, 101)
    show_chart(
        utility_lines(
            grid,
            utilities(costs, grid),
            {name: _(title) for name, title in ACTION_NAMES.items()},
            marks=sorted({rule.low, rule.high}),
            axis=_("Probability that the case is positive"),
            value=_("Expected utility"),
        ),
        key="production.utility",
        alt=_("Expected utility of each action over the probability"),
    )


def _show_anomaly(card: ModelCard) -> None:
    """The anomaly case on built-in pictures: drawings among photos, at a prevalence that can be moved."""
    if card.task != "classify":
        return
    from vizcore.monitoring.drift import DriftReport, DriftSettings, drift
    from vizcore.monitoring.outliers import SCORES, at_prevalence, score_all

    known = cut_photos(ANOMALY_KNOWN, 7)
    strange = [photo for photo in builtin_gallery().photos if photo.name.startswith("drawn")]
    if len(strange) < ANOMALY_LEAST:
        return
    found = answer(cast(Any, drift), card, (*known, *strange), DriftSettings(len(known)))
    if not isinstance(found, DriftReport):
        return
    first = found.first
    scores = score_all(found.logits[:first], found.logits[first:], found.vectors[:first], found.vectors[first:])
    st.subheader(_("Anomalies: PR-AUC at a prevalence"), anchor=False)
    share = st.slider(
        _("Anomalies among all photos (%)"), 0.5, 50.0, 5.0, 0.5, width=320, **url_state.bound("production.prevalence")
    )
    show_table(
        [
            {
                _("Score"): _(SCORES[each.name][0]),
                "AUROC": number(each.auroc, 3),
                _("PR-AUC at this prevalence"): number(at_prevalence(each, share / 100), 3),
                _("PR-AUC of chance"): number(share / 100, 3),
            }
            for each in scores
        ]
    )
    st.caption(
        _(
            "{known} and {strange}, the drawings being the anomalies. AUROC stays where it is when anomalies become "
            "rarer, PR-AUC falls: it says how many of the alarms are right."
        ).format(
            known=ngettext("{n} cut of the sample photos", "{n} cuts of the sample photos", first).format(n=first),
            strange=ngettext("{n} drawing", "{n} drawings", len(strange)).format(n=len(strange)),
        )
    )


def rule_text(rule: Rule) -> str:
    """The rule in words."""
    if rule.low == rule.high:
        return _("Accept from {high}, reject below; nobody needs to look.").format(high=percent(rule.high, 0))
    return _("Reject below {low}, a person looks up to {high}, accept from there.").format(
        low=percent(rule.low, 0), high=percent(rule.high, 0)
    )


def _show_tried(card: ModelCard, photos: Sequence[Photo], rule: Rule) -> None:
    rows = []
    for photo in photos:
        found = _first_answer(card, photo)
        if found is None:
            return
        label, score = found
        rows.append(
            {
                _("Photo"): photo_name(photo),
                _("First answer"): class_name(label) if label else _("nothing found"),
                _("Probability"): percent(score, 0),
                _("Decision"): _(ACTION_NAMES[rule.action(score)]),
            }
        )
    st.markdown(_("**Tried with {model}**").format(model=coloured_title(card)))
    show_table(rows)
    st.caption(
        _(
            "The rule is yours and stands apart from the model. It is only as good as the probabilities are "
            "calibrated. With a detector, places, sizes and counts come in too."
        )
    )


def _first_answer(card: ModelCard, photo: Photo) -> tuple[str, float] | None:
    """(label, probability); None after an error was shown."""
    from vizcore.features.classes import classify

    found = answer(classify, card, photo)
    return None if found is None else found.top(1)[0][1:]


def _show_working(costs: Costs, rule: Rule) -> None:
    with derivation(_("From costs to thresholds")):
        latex(r"U = \mathrm{gain} - \lambda \cdot \mathrm{cost} - \mu \cdot \mathrm{risk}")
        g, fp, fn, r = (f"{v:g}" for v in (costs.gain, costs.false_positive, costs.false_negative, costs.review))
        latex(rf"U_{{\mathrm{{accept}}}} = p \cdot {g} - (1-p) \cdot {fp}")
        latex(rf"U_{{\mathrm{{reject}}}} = -p \cdot {fn} \qquad U_{{\mathrm{{review}}}} = -{r}")
        st.markdown(
            _("The lines cross at {low} and {high}: between two crossings one action is the best.").format(
                low=number(rule.low, 3), high=number(rule.high, 3)
            )
        )
