"""Drift: has anything changed between two sets, how much, and would the same test also fire on nothing?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from vizcore.errors import SampleTooSmall
from vizcore.figures.drift import effect_bars, two_histograms
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number, small
from vizcore.monitoring.photo_issues import KINDS, find_issues
from vizcore.monitoring.properties import property_title
from vizcore.monitoring.two_samples import ALPHA, FEWEST, LEAST_EFFECT
from vizcore.photo import Photo
from vizcore.ui import choices, downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.error_panel import show_error
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.production.sets import Sets, about, choose_sets
from vizcore.ui.small_picture import show_small
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.ui.toolbar import Toolbar
from vizcore.ui.tray.state import square_jpeg
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.monitoring.drift import DriftReport
    from vizcore.monitoring.two_samples import EmbeddingDrift

THUMBNAIL = 96
ISSUES_SHOWN = 12


def show(card: ModelCard, bar: Toolbar) -> None:
    """The sets, the verdict with effects, the control, one property closely, and the photos at its tail."""
    sets = choose_sets("production.drift", bar)
    found = measure(card, sets)
    if found is None:
        return
    _show_verdict(found, card)
    names = {row.name: _(property_title(row.name)) for row in found.properties}
    left, right = st.columns([3, 2])
    with left:
        show_chart(
            effect_bars(
                [(names[row.name], row.effect, row.drifted) for row in found.properties],
                limit=LEAST_EFFECT,
                axis=_("Effect (Cliff's delta): left smaller now, right larger now"),
                dark=dark_now(),
            ),
            key="production.effects",
            alt=_("Effect of the change on each property"),
        )
    with right:
        name = choices.choose_from(
            _("Property"), names, key="production.property", default=found.properties[0].name, width=260
        )
        values = found.values[name]
        show_chart(
            two_histograms(values[: found.first], values[found.first :], (_("before"), _("now")), axis=names[name]),
            key="production.histogram",
            alt=_("Histogram of the chosen property before and now"),
        )
    st.caption(about(sets))
    show_table(_rows(found, names))
    _show_control(found)
    _show_tail(found, sets, name, names[name])
    _show_issues(sets.after, found)
    downloads.show_exports("production.drift", [found], table=csv_rows(found))


def measure(card: ModelCard, sets: Sets) -> DriftReport | None:
    """The report, or None after its refusal was shown."""
    from vizcore.monitoring.drift import DriftReport, DriftSettings, drift

    smallest = min(len(sets.before), len(sets.after))
    if smallest < FEWEST:
        show_error(SampleTooSmall(needed=FEWEST, given=smallest))
        return None
    found = answer(cast(Any, drift), card, sets.all, DriftSettings(len(sets.before)))
    return found if isinstance(found, DriftReport) else None


def _show_verdict(found: DriftReport, card: ModelCard) -> None:
    drifted = [row for row in found.properties if row.drifted]
    count = len(drifted)
    words = ngettext("{n} property has drifted", "{n} properties have drifted", count).format(n=count)
    vectors = ""
    if found.embedding:
        vectors = _("{model} tells the two sets apart with AUC {auc} (0.5: not at all).").format(
            model=coloured_title(card), auc=number(found.embedding.auc, 2)
        )
    names = ", ".join(_(property_title(row.name)) for row in drifted)
    st.markdown(f"**{words}**" + (f" ({names})" if names else "") + f". {vectors}")


def _rows(found: DriftReport, names: dict[str, str]) -> list[dict[str, str]]:
    control = {row.name: row for row in found.control}
    rows = [
        {
            _("Property"): names[row.name],
            _("Effect"): number(row.effect, 2),
            "KS D": number(row.statistic, 2),
            "p": small(row.p),
            _("p, corrected"): small(row.corrected),
            _("Verdict"): _("drifted") if row.drifted else _("as before"),
            _("Control: effect"): number(control[row.name].effect, 2) if row.name in control else "–",
            _("Control: p, corrected"): small(control[row.name].corrected) if row.name in control else "–",
        }
        for row in found.properties
    ]
    return rows


def _show_control(found: DriftReport) -> None:
    """The rule in words, the control's verdict, and the vectors of both."""
    st.caption(
        _(
            "Drifted: p under {alpha} after Holm's correction over all properties, and an effect or a D of {effect} or "
            "more: with thousands of photos p alone fires on trifles. A red bar within the dotted lines: the spread "
            "has changed, not the level. A verdict takes {n} photos on each side."
        ).format(alpha=number(ALPHA, 2), effect=number(LEAST_EFFECT, 1), n=FEWEST)
    )
    if found.embedding:
        show_table([_vector_row(_("Before against now"), found.embedding), *_control_rows(found)])
    if not found.control:
        st.info(_("No control: half of the reference is fewer than {n} photos.").format(n=FEWEST))
    elif found.control_drifted:
        st.error(_("The control has drifted too: the test fires where nothing changed. Do not believe its verdict."))
    else:
        st.success(_("Control: the two halves of the reference do not drift, as they must not."))


def _control_rows(found: DriftReport) -> list[dict[str, str]]:
    if found.control_embedding is None:
        return []
    return [_vector_row(_("Control: two halves of before"), found.control_embedding)]


def _vector_row(title: str, found: EmbeddingDrift) -> dict[str, str]:
    return {
        _("Vectors of the model"): title,
        "MMD²": number(found.mmd2, 4),
        _("p by permutation"): small(found.mmd_p),
        _("AUC of a classifier"): number(found.auc, 2),
        "p": small(found.auc_p),
        _("Verdict"): _("drifted") if found.drifted else _("as before"),
    }


def _show_tail(found: DriftReport, sets: Sets, name: str, title: str) -> None:
    st.markdown(_("**Furthest out now: {property}**").format(property=title))
    with st.container(horizontal=True):
        for place in found.tails[name]:
            photo = sets.all[place]
            with st.container(width=THUMBNAIL, gap="xsmall"):
                show_small(square_jpeg(photo, 2 * THUMBNAIL), width=THUMBNAIL, alt=title)
                st.caption(number(float(found.values[name][place]), 2))


def _show_issues(photos: tuple[Photo, ...], found: DriftReport) -> None:
    """What a person should look at among the current photos."""
    issues = find_issues(photos, found.vectors[found.first :])
    counts = {kind: str(sum(each.kind == kind for each in issues)) for kind in KINDS}
    if not found.vectors.shape[1]:  # a detector gives none, so nobody has looked
        counts["near_duplicate"] = "–"
    with st.expander(_("Photos to look at: duplicates, dark, blurred, odd"), icon=":material/rule:"):
        show_table(
            [
                {_("Kind"): _(KINDS[kind]), _("Photos"): count}
                for kind, count in counts.items()
            ]
        )  # fmt: skip
        with st.container(horizontal=True):
            for each in issues[:ISSUES_SHOWN]:
                with st.container(width=THUMBNAIL, gap="xsmall"):
                    show_small(square_jpeg(photos[each.photo], 2 * THUMBNAIL), width=THUMBNAIL, alt=_(KINDS[each.kind]))
                    st.caption(_(KINDS[each.kind]))


def csv_rows(found: DriftReport) -> list[dict[str, downloads.Cell]]:
    """One row for each property, language-free."""
    return [
        {"property": row.name, "statistic": row.statistic, "effect": row.effect, "p": row.p,
         "corrected": row.corrected, "drifted": int(row.drifted)}
        for row in found.properties
    ]  # fmt: skip
