"""Specification: from the cost of errors to a threshold, a rule, and what it does on photos."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from vizcore.figures.drift import utility_lines
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number, percent
from vizcore.monitoring.spec import USE_CASES, Costs, Rule, rule_for, utilities
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import tray, url_state
from vizcore.ui.derivation import derivation
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.product.inputs import choose_from
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

FIELDS = {
    "gain": (N_("Gain of a right hit"), 1.0),
    "false_positive": (N_("Cost of a false alarm"), 2.0),
    "false_negative": (N_("Cost of a miss"), 5.0),
    "review": (N_("Cost of a look"), 0.5),
}
ACTION_NAMES = {"reject": N_("reject"), "review": N_("a person looks"), "accept": N_("accept")}
FIRST = ("cat", "coffee", "astronaut", "bus", "rocket", "flower")


def show(card: ModelCard, bar: Toolbar) -> None:
    """Use case and costs, the lines with the thresholds, and the rule tried on the tray or on samples."""
    with bar.settings(_("Use case and costs"), name="costs"):
        case = choose_from(
            _("Use case"), list(USE_CASES), lambda name: _(USE_CASES[name][1]).partition(":")[0].strip(),
            key="production.case", default="anomaly", width=320,
        )  # fmt: skip
        values = {
            name: st.number_input(
                _(title), 0.0, 1000.0, usual, 0.5, width=320, **url_state.bound(f"production.cost.{name}")
            )
            for name, (title, usual) in FIELDS.items()
        }
    costs = Costs(**values)
    rule = rule_for(costs)
    metric, why = USE_CASES[case]
    st.markdown(_("{why} Metric: **{metric}**. {rule}").format(why=_(why), metric=metric, rule=rule_text(rule)))
    grid = np.linspace(0, 1, 101)
    st.plotly_chart(
        utility_lines(
            grid,
            utilities(costs, grid),
            {name: _(title) for name, title in ACTION_NAMES.items()},
            marks=sorted({rule.low, rule.high}),
            axis=_("Probability that the case is positive"),
            value=_("Expected utility"),
        ),
        key="production.utility",
        config={"displayModeBar": False},
        alt=_("Expected utility of each action over the probability"),
    )
    _show_tried(card, rule)
    _show_working(costs, rule)


def rule_text(rule: Rule) -> str:
    """The rule in words."""
    if rule.low == rule.high:
        return _("Accept from {high}, reject below; nobody needs to look.").format(high=percent(rule.high, 0))
    return _("Reject below {low}, a person looks up to {high}, accept from there.").format(
        low=percent(rule.low, 0), high=percent(rule.high, 0)
    )


def _show_tried(card: ModelCard, rule: Rule) -> None:
    photos = tray.photos() or [load_sample(key) for key in FIRST if key in SAMPLES]
    rows = []
    for photo in photos[:6]:
        found = _first_answer(card, photo)
        if found is None:
            return
        label, score = found
        rows.append(
            {
                _("Photo"): photo.name,
                _("First answer"): label or _("nothing found"),
                _("Probability"): percent(score, 0),
                _("Decision"): _(ACTION_NAMES[rule.action(score)]),
            }
        )
    st.markdown(_("**Tried with {model}**").format(model=coloured_title(card)))
    show_table(rows)
    st.caption(
        _(
            "The rule is yours and stands apart from the model: regions, sizes and counts belong here too, never "
            "into its "
            "output. It is only as good as the probabilities are calibrated."
        )
    )


def _first_answer(card: ModelCard, photo: Any) -> tuple[str, float] | None:
    """(label, probability or score); None after an error was shown."""
    if card.task == "detect":
        from vizcore.detection.detect import DetectSettings, detect

        boxes = answer(detect, card, photo, DetectSettings())
        if boxes is None:
            return None
        if not len(boxes):
            return "", 0.0
        return boxes.labels[int(boxes.class_ids[0])], float(boxes.scores[0])
    from vizcore.features.classes import classify

    found = answer(classify, card, photo)
    return None if found is None else found.top(1)[0][1:]


def _show_working(costs: Costs, rule: Rule) -> None:
    with derivation(_("From costs to thresholds")):
        st.latex(r"U = \mathrm{gain} - \lambda \cdot \mathrm{cost} - \mu \cdot \mathrm{risk}")
        g, fp, fn, r = (number(v, 2) for v in (costs.gain, costs.false_positive, costs.false_negative, costs.review))
        st.latex(rf"U_{{\mathrm{{accept}}}} = p \cdot {g} - (1-p) \cdot {fp}")
        st.latex(rf"U_{{\mathrm{{reject}}}} = -p \cdot {fn} \qquad U_{{\mathrm{{review}}}} = -{r}")
        st.markdown(
            _("The lines cross at {low} and {high}: between two crossings one action is the best.").format(
                low=number(rule.low, 3), high=number(rule.high, 3)
            )
        )
