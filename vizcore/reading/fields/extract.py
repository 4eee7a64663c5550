"""Which values does a text state? Rules on its lines; adding a field is adding a row to `RULES`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from vizcore.reading.fields.typed import (
    amounts_in,
    iban_is_valid,
    parse_date,
    siret_is_valid,
)


@dataclass(frozen=True)
class FieldValue:
    """A value that was found: as typed (`value`), as it stands (`written`), and where in the text.

    doubt: why a person should look at it: "" or ambiguous_date, iban_check, siret_check.
    """

    value: str
    written: str
    start: int
    end: int
    doubt: str = ""


Rule = Callable[[str], FieldValue | None]
TOTAL = re.compile(
    r"total\s*ttc|total\s*due|net\s+[àa]\s+payer|amount\s+due|^\W*total\b(?!\s*(?:ht|tva|vat|excl|hors)\b)",
    re.IGNORECASE,
)
NET = re.compile(r"total\s*ht|total\s*(?:excl|hors)|net\s*amount|sub-?total|sous-total|montant\s*ht", re.IGNORECASE)
VAT = re.compile(r"\b(?:tva|vat)\b", re.IGNORECASE)
DATE = re.compile(r"\bdate\b|\bdu\b|\ble\b", re.IGNORECASE)
DUE = re.compile(r"due\s*date|[ée]ch[ée]ance", re.IGNORECASE)
NUMBER = re.compile(
    r"(?:invoice|facture|reference|r[ée]f[ée]rence|bill)\s*(?:n[°ºo]?\.?|no\.?|number|num[ée]ro)?\s*[:#]?\s*"
    r"(?!(?:dated?|du|le|from|to|of)\b)((?:(?-i:[A-Z]{1,4})[-/ ]?)?\d[\w/-]*)",
    re.IGNORECASE,
)
IBAN = re.compile(r"\b([A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30})\b")
IN_FOURS = re.compile(r"[A-Z]{2}\d{2}(?: [A-Z0-9]{4}){2,7}(?: \d{1,3}\b)?")
SIRET = re.compile(r"siret\D{0,3}((?:\d ?){14})", re.IGNORECASE)


def _amount_on_line(label: re.Pattern[str], *others: re.Pattern[str]) -> Rule:
    """The last amount of the last line that the label names and none of the others does."""

    def rule(text: str) -> FieldValue | None:
        found = None
        for start, line in _lines(text):
            named = label.search(line) and not any(other.search(line) for other in others)
            if named and (amounts := amounts_in(line)):
                value, first, last = amounts[-1]
                found = FieldValue(str(value), line[first:last], start + first, start + last)
        return found

    return rule


def _date(text: str) -> FieldValue | None:
    """The first date on a line that says so, before any due date on it; else the first date at all."""
    best: FieldValue | None = None
    for start, line in _lines(text):
        cut = due.start() if (due := DUE.search(line)) and line[: due.start()].strip() else len(line)
        part = line[:cut]
        if DUE.match(part.strip()) or (parsed := parse_date(part)) is None:
            continue
        doubt = "ambiguous_date" if parsed.ambiguous else ""
        found = FieldValue(parsed.iso, part.strip(), start, start + len(part), doubt)
        if DATE.search(part):
            return found
        best = best or found
    return best


def _number(text: str) -> FieldValue | None:
    for start, line in _lines(text):
        for found in NUMBER.finditer(line):
            written = found.group(1)
            if parse_date(written) is not None:
                continue
            return FieldValue(written.replace(" ", ""), written, start + found.start(1), start + found.end(1))
    return None


def _iban(text: str) -> FieldValue | None:
    for start, line in _lines(text):
        if found := IBAN.search(line):
            written = _without_words(found.group(1))
            compact = written.replace(" ", "")
            doubt = "" if iban_is_valid(compact) else "iban_check"
            return FieldValue(compact, written, start + found.start(1), start + found.start(1) + len(written), doubt)
    return None


def _without_words(written: str) -> str:
    """The longest beginning of whole groups that is an IBAN; where none is, what is written in groups of four."""
    ends = [place for place, sign in enumerate(written) if sign == " "] + [len(written)]
    valid = [written[:end] for end in ends if iban_is_valid(written[:end])]
    grouped = IN_FOURS.match(written)
    return max(valid, key=len) if valid else grouped.group() if grouped else written


def _siret(text: str) -> FieldValue | None:
    if (found := SIRET.search(text)) is None:
        return None
    compact = found.group(1).replace(" ", "")
    doubt = "" if siret_is_valid(compact) else "siret_check"
    return FieldValue(compact, found.group(1).strip(), found.start(1), found.end(1), doubt)


def _lines(text: str) -> list[tuple[int, str]]:
    """(place of its first character, line) of every line."""
    rows, at = [], 0
    for line in text.split("\n"):
        rows.append((at, line))
        at += len(line) + 1
    return rows


RULES: dict[str, Rule] = {
    "number": _number,
    "date": _date,
    "net": _amount_on_line(NET),
    "vat": _amount_on_line(VAT, TOTAL, NET),
    "total": _amount_on_line(TOTAL),
    "iban": _iban,
    "siret": _siret,
}


def extract_fields(text: str) -> dict[str, FieldValue]:
    """The fields that the rules find in a text, by name."""
    found = {name: rule(text) for name, rule in RULES.items()}
    return {name: value for name, value in found.items() if value is not None}
