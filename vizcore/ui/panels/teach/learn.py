"""Section: methods side by side on one split, how many photos they need, and which photos they confuse."""

from __future__ import annotations

import json
from collections.abc import Sequence

import streamlit as st

from vizcore.figures.teach import Band, Measured, accuracy_chart, learning_bands
from vizcore.figures.theme import FAMILY_COLOURS
from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.i18n.pieces import named
from vizcore.learning.judged import f1_scores
from vizcore.metrics.proportion import wilson_interval
from vizcore.ui import choices, downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.teach import confusion
from vizcore.ui.panels.teach.page_state import KEY, Source, teaching
from vizcore.ui.panels.teach.probes import METHODS, PROBES, Row, curve, probe
from vizcore.ui.panels.teach.source import show_split
from vizcore.ui.panels.teach.vectors import vectors_of
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import card as find_card


def show(source: Source, cards: Sequence[ModelCard]) -> None:
    """The comparison, the confusions of one method, the learning curve."""
    rows = trained_rows(source, cards)
    if not rows:
        return
    left, middle, right = st.columns([4, 3, 4], gap="medium")
    with left:
        st.markdown("**" + _("Methods on the same split") + "**")
        _show_accuracies(rows)
    with middle:
        chosen = _choose(rows)
        cell = confusion.show_matrix(source, chosen)
    with right:
        st.markdown("**" + _("How many photos does it take?") + "**")
        _show_bands(source, rows)
    show_split(source)
    confusion.show_photos(source, chosen, cell)
    with st.expander(_("Class by class"), icon=":material/table_rows:"):
        show_table(_per_class(source, chosen))
    downloads.show_exports(KEY, [row.taught for row in rows], table=[_record(row) for row in rows])


def trained_rows(source: Source, cards: Sequence[ModelCard]) -> list[Row]:
    """Probes of every model, computed now, and the networks that were trained on this very split."""
    rows = []
    for card in cards:
        vectors = vectors_of(source, card)
        if vectors is not None:
            found = [(method, probe(source, card, vectors, method)) for method in PROBES]
            rows += [Row(card, taught, vectors) for _method, taught in found if taught is not None]
    return rows + [Row(find_card(each.backbone), each) for each in teaching().networks.get(source.key, [])]


def _choose(rows: Sequence[Row]) -> Row:
    names = {row.key: row.title for row in rows}
    default = next((row.key for row in rows if row.taught.method == "linear"), rows[0].key)
    key = choices.choose_from(_("Who is taken for whom"), names, key="teach.row", default=default)
    return next(row for row in rows if row.key == key)


def _show_accuracies(rows: Sequence[Row]) -> None:
    measured = [Measured(_short(row), row.taught.accuracy, *row.taught.interval, _colour(row)) for row in rows]
    figure = accuracy_chart(measured, guessing=_guessing(rows[0]), dark=dark_now())
    words = ", ".join(f"{row.title} {percent(row.taught.accuracy, 1)}" for row in rows)
    show_chart(figure, key=f"{KEY}.accuracies", alt=words)
    best = rows[-1] if len(rows) == 1 else next((r for r in rows if r.taught.method == "linear"), rows[0])
    low, high = best.taught.interval
    seconds = number(best.taught.seconds, 2)
    st.caption(
        _(
            "{title}: {right} of {n} right, so between {low} and {high} (95 %, Wilson); learnt in {s} s. The dotted"
            " line is always answering the largest class."
        ).format(
            title=escaped(best.title),
            right=best.taught.right,
            n=len(best.taught.truth),
            low=percent(low, 0),
            high=percent(high, 0),
            s=seconds,
        )
    )


def _short(row: Row) -> str:
    return f"{row.card.title}<br>{_(METHODS[row.taught.method])}"


def _colour(row: Row) -> str:
    return FAMILY_COLOURS[row.card.family]


def _guessing(row: Row) -> float:
    matrix = row.taught.confusion
    return float(matrix.sum(axis=1).max() / max(1, matrix.sum()))


def _show_bands(source: Source, rows: Sequence[Row]) -> None:
    bands = []
    linear = [row for row in rows if row.taught.method == "linear" and row.vectors is not None]
    for row in linear:
        assert row.vectors is not None
        if found := curve(source, row.card, row.vectors, "linear"):
            bands.append(Band(row.card.title, found.sizes, found.accuracies, _colour(row)))
    if not bands:
        return
    words = ", ".join(named(each.title, percent(float(each.accuracies[0].mean()), 0)) for each in bands)
    show_chart(learning_bands(bands), key=f"{KEY}.bands", alt=words)
    st.caption(
        _(
            "Linear probe on the same {test}: the band reaches from the worst to the best of {draws} draws of the"
            " training photos."
        ).format(test=counted("test photo", len(linear[0].taught.truth)), draws=bands[0].accuracies.shape[1])
    )


def _per_class(source: Source, row: Row) -> list[dict[str, str]]:
    """Photos, test photos, those of them that are right with their interval, and F1, of each class."""
    matrix, rows = row.taught.confusion, []
    for place, (label, f1) in enumerate(zip(row.taught.labels, f1_scores(matrix), strict=True)):
        right, tested = int(matrix[place, place]), int(matrix[place].sum())
        low, high = wilson_interval(right, tested)
        rows.append(
            {
                _("Class"): class_name(label),
                _("Photos"): str(source.bins.count(label)),
                _("Test photos right"): f"{right} / {tested}",
                _("95 % interval"): f"{percent(low, 0)} – {percent(high, 0)}",
                _("F1"): number(float(f1), 3),
            }
        )
    return rows


def _record(row: Row) -> dict[str, str | int | float | None]:
    low, high = row.taught.interval
    return {
        "backbone": row.card.key,
        "method": row.taught.method,
        "accuracy": row.taught.accuracy,
        "low": low,
        "high": high,
        "macro_f1": row.taught.macro_f1,
        "tested": len(row.taught.truth),
        "seconds": row.taught.seconds,
        "confusion": json.dumps(row.taught.confusion.tolist()),
    }
