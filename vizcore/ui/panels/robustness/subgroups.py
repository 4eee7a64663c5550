"""Is a model less sure of small, dark or blurred photos? A mean over all hides it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.share_table import share_table
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.robustness.names import SUBGROUP_NAMES
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.robustness.subgroups import SubgroupReport


def show(photos: tuple[Photo, ...], cards: Sequence[ModelCard]) -> None:
    """Mean confidence of each model on each slice, what was measured on each photo, and what it means."""
    from vizcore.robustness.subgroups import SubgroupSettings, subgroup_report

    found = {card.key: each for card in cards if (each := answer(subgroup_report, card, photos, SubgroupSettings()))}
    if not found:
        return
    titles = {card.key: visible(card.title) for card in cards}
    first = next(iter(found.values()))
    _show_figure(found, titles)
    show_table(_by_slice(found, titles))
    if any(not row.photos for row in first.rows):
        st.caption(_("–: no photo belongs to this slice, so nothing is known about it. That is a finding too."))
    st.info(
        _(
            "Read a slice before a mean: a model that is fine on average may fail one kind of photo, and with it one "
            "group of your users. Agree on a least number of photos and a least value for each slice before a release."
        )
    )
    st.subheader(_("What was measured on each photo"), anchor=False)
    show_table(_by_photo(first, photos))
    downloads.show_exports("robustness.slices", list(found.values()))


def _show_figure(found: dict[str, SubgroupReport], titles: dict[str, str]) -> None:
    rows = [f"{_(SUBGROUP_NAMES[row.name])} (n = {len(row.photos)})" for row in next(iter(found.values())).rows]
    reports = list(found.values())
    shares = np.array([[row.confidence if row.photos else np.nan for row in each.rows] for each in reports]).T
    alt = _("Mean confidence of each model on each slice in per cent")
    figure = share_table(shares, rows, [titles[key] for key in found])
    show_chart(figure, key="robustness.slices.figure", alt=alt)


def _by_slice(found: dict[str, SubgroupReport], titles: dict[str, str]) -> list[dict[str, str]]:
    rows = []
    for i, row in enumerate(next(iter(found.values())).rows):
        cells = {_("Slice"): _(SUBGROUP_NAMES[row.name]), _("Photos"): str(len(row.photos))}
        for key, report in found.items():
            value = report.rows[i]
            cells[titles[key]] = percent(value.confidence, 0) if value.photos else "–"
        rows.append(cells)
    return rows


def _by_photo(report: SubgroupReport, photos: tuple[Photo, ...]) -> list[dict[str, str]]:
    return [
        {
            _("Photo"): visible(photo_name(photo)),
            _("Shorter side (px)"): number(each.shorter_side, 0),
            _("Brightness"): percent(each.brightness, 0),
            _("Sharpness"): number(each.sharpness, 0),
        }
        for photo, each in zip(photos, report.traits, strict=True)
    ]
