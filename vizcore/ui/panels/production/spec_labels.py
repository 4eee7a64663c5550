"""What the labels cost that the metric needs, and the guideline for whoever draws them."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.monitoring.annotation import KINDS, AnnotationPlan, annotation_cost, guideline
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.derivation import latex
from vizcore.ui.tables import show_table

WIDTH, KIND_WIDTH = 190, 270  # pixels of a field, and of the one with words
DAYS = 30


def show(metric: str, task: str) -> None:
    """Kind of label and the wanted interval, what they cost, all kinds side by side, and the guideline."""
    st.subheader(_("What the labels cost"), anchor=False)
    plan = _ask()
    _say_cost(plan)
    show_table([_row(name, plan) for name in KINDS])
    st.caption(
        _(
            "Seconds are published measurements of paid annotators; yours differ, so time your first fifty. Objects of "
            "one photo are not independent: where they are alike, the interval is wider than this n promises."
        )
    )
    downloads.download_made(
        lambda: guideline(
            _,
            task=task,
            metric=metric,
            label=_(KINDS[plan.kind].title),
            size=1,
            twice=round(100 * plan.twice),
            days=DAYS,
        ).encode(),
        name="guideline.md",
        mime="text/markdown",
        key="production.guideline",
        label=_("Guideline for labelling (Markdown)"),
    )


def _ask() -> AnnotationPlan:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choices.choose_from(
            _("Label"),
            {name: _(each.title) for name, each in KINDS.items()},
            key="production.label",
            default="box",
            width=KIND_WIDTH,
        )
        half = st.number_input(_("Interval, ± %"), 1, 20, 3, width=WIDTH, **url_state.bound("production.half"))
        expected = st.number_input(
            _("Expected value (%)"), 50, 99, 90, width=WIDTH, **url_state.bound("production.expected")
        )
        per_photo = st.number_input(
            _("Labels in a photo"),
            0.1,
            100.0,
            3.0,
            0.5,
            format="%g",
            width=WIDTH,
            **url_state.bound("production.per_photo"),
        )
        twice = st.number_input(_("Labelled twice (%)"), 0, 100, 10, width=WIDTH, **url_state.bound("production.twice"))
        hourly = st.number_input(
            _("Price of an hour"),
            0.0,
            1000.0,
            25.0,
            5.0,
            format="%g",
            width=WIDTH,
            **url_state.bound("production.hourly"),
        )
    return AnnotationPlan(kind, half / 100, expected / 100, per_photo, twice / 100, hourly)


def _say_cost(plan: AnnotationPlan) -> None:
    cost = annotation_cost(plan)
    labels = ngettext("{n} label", "{n} labels", cost.labels).format(n=number(cost.labels, 0))
    photos = ngettext("{n} photo", "{n} photos", cost.photos).format(n=number(cost.photos, 0))
    st.markdown(
        _("For {expected} ± {half}: **{labels}** in {photos}, **{hours} hours**, {money} at this price.").format(
            expected=percent(plan.expected, 0),
            half=percent(plan.half_width, 0),
            labels=labels,
            photos=photos,
            hours=number(cost.hours, 1),
            money=number(cost.money, 0),
        )
    )
    numbers = rf"1.96^2 \cdot {plan.expected:g} \cdot {1 - plan.expected:.2g}"
    formula = r"\left\lceil \frac{1.96^2\, p\,(1-p)}{w^2} \right\rceil"
    latex(rf"n = {formula} = \left\lceil \frac{{{numbers}}}{{{plan.half_width:g}^2}} \right\rceil = {cost.labels}")


def _row(name: str, plan: AnnotationPlan) -> dict[str, str]:
    from dataclasses import replace

    cost = annotation_cost(replace(plan, kind=name))
    return {
        _("Label"): _(KINDS[name].title),
        _("Seconds each"): number(KINDS[name].seconds, 1),
        _("Hours"): number(cost.hours, 1),
        _("Price"): number(cost.money, 0),
        _("Source"): _(KINDS[name].source),
    }
