"""Section: the values of the document, typed and checked; what a person has to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from vizcore.figures.text_boxes import crop_around
from vizcore.i18n import N_, _
from vizcore.pictures import encode_jpeg
from vizcore.reading.fields.extract import RULES, FieldValue, extract_fields
from vizcore.reading.fields.verdicts import Verdict, checks, field_scores, review_queue, verdict
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.reading import record
from vizcore.ui.panels.reading.page_state import EngineReading, Source, rate
from vizcore.ui.tables import show_table

FIELD_NAMES = {
    "number": N_("Invoice number"),
    "date": N_("Date"),
    "net": N_("Net"),
    "vat": N_("VAT"),
    "total": N_("Total"),
    "iban": N_("IBAN"),
    "siret": N_("SIRET"),
}
SIGNS: dict[Verdict, str] = {"correct": "✓", "wrong": "✗", "missing": "–", "invented": "+", "absent": ""}
CHECKS = {
    "sum": N_("net + VAT = total"),
    "vat_rate": N_("VAT is a usual share of net"),
    "iban": N_("IBAN: remainder 1 modulo 97"),
    "siret": N_("SIRET: Luhn sum"),
}
DOUBTS = {
    "ambiguous_date": N_("day and month could be exchanged"),
    "iban_check": N_("the check digits do not fit"),
    "siret_check": N_("the check digit does not fit"),
    "sum": N_("net + VAT is not the total"),
    "vat_rate": N_("no usual VAT rate fits"),
    "low_confidence": N_("read with little confidence"),
}


def show(source: Source, readings: Sequence[EngineReading]) -> None:
    """One table for all engines, then a column for each with its checks and its queue."""
    found = [extract_fields(each.text) for each in readings]
    known = _truth(source)
    rows = [name for name in RULES if name in known or any(name in each for each in found)]
    if not rows:
        st.info(_("The rules find no field in this text: they look for totals, VAT, dates, IBAN, SIRET and numbers."))
        return
    show_table([_row(name, known, readings, found) for name in rows])
    st.caption(
        _(
            "✓ correct, ✗ wrong, – missing, + invented. Compared after typed parsing: amounts as decimals, dates as ISO"
            " (day before month), IBAN without spaces."
        )
    )
    for column, reading, values in zip(st.columns(len(readings)), readings, found, strict=True):
        with column:
            st.markdown(f"**{reading.name}**")
            if known:
                _show_scores(known, values)
            _show_checks(values)
            _show_queue(source, reading, values)
    record.show(source, readings)


def _truth(source: Source) -> Mapping[str, str]:
    """The known values, or those that the rules find in the true text."""
    if source.fields or source.truth is None:
        return source.fields
    return {name: each.value for name, each in extract_fields(source.truth).items()}


def _row(
    name: str, known: Mapping[str, str], readings: Sequence[EngineReading], found: Sequence[Mapping[str, FieldValue]]
) -> dict[str, str]:
    row = {_("Field"): _(FIELD_NAMES[name])}
    if known:
        row[_("Stands there")] = known.get(name, "–")
    for reading, values in zip(readings, found, strict=True):
        value = values[name].value if name in values else None
        sign = f"{SIGNS[verdict(known.get(name), value)]} " if known else ""
        row[reading.name] = f"{sign}{value or ''}".strip() or "–"
    return row


def _show_scores(known: Mapping[str, str], values: Mapping[str, FieldValue]) -> None:
    names = [*known, *(name for name in values if name not in known)]
    scores = field_scores([verdict(known.get(name), values[name].value if name in values else None) for name in names])
    show_metrics(
        [
            Cell(_("Precision"), rate(scores.precision, 3), _("Right ones among the values that were given.")),
            Cell(_("Recall"), rate(scores.recall, 3), _("Right ones among the values that stand there.")),
            Cell("F1", rate(scores.f1, 3), _("A wrong value counts twice: one too many, and one missed.")),
        ]
    )
    with derivation(_("Field scores")):
        c, w, m, i = scores.correct, scores.wrong, scores.missing, scores.invented
        latex(rf"P = \frac{{c}}{{c + w + i}} = \frac{{{c}}}{{{c} + {w} + {i}}}")
        latex(rf"R = \frac{{c}}{{c + w + m}} = \frac{{{c}}}{{{c} + {w} + {m}}}")
        st.markdown(_("c correct, w wrong, m missing, i invented."))


def _show_checks(values: Mapping[str, FieldValue]) -> None:
    signs = {True: ":material/check: ", False: ":material/close: ", None: ":material/remove: "}
    said = {True: _("holds"), False: _("fails"), None: _("cannot be checked")}
    st.markdown(
        "\n".join(f"- {signs[each.holds]}{_said(_(CHECKS[each.name]), said[each.holds])}" for each in checks(values))
    )


def _said(what: str, said: str) -> str:
    return _("{what}: {said}").format(what=what, said=said)


def _show_queue(source: Source, reading: EngineReading, values: Mapping[str, FieldValue]) -> None:
    """What goes to a person, with its part of the photo."""
    places = {name: reading.result.places_of(each.start, each.end) for name, each in values.items()} if (
        reading.result is not None
    ) else {}  # fmt: skip
    sure = {
        name: min(float(reading.result.confidences[place]) for place in rows)
        for name, rows in places.items()
        if rows and reading.result is not None
    }
    queue = review_queue(values, sure)
    if not queue:
        st.markdown(_("Nothing for a person to look at."))
        return
    st.markdown(_("**For a person to look at**"))
    for doubt in queue:
        st.markdown(f"- {_said(_(FIELD_NAMES[doubt.field]), _(DOUBTS[doubt.reason]))}")
        rows = places.get(doubt.field)
        if rows and source.photo is not None and reading.result is not None:
            crop = crop_around(source.photo.rgb, reading.result.boxes_xyxy[rows])
            st.image(encode_jpeg(crop), alt=_("Where {field} stands").format(field=_(FIELD_NAMES[doubt.field])))
