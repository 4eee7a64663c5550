"""What value do these characters write: an amount, a date, an IBAN, a SIRET? Exact, or None."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan", "janvier", "janv"), ("february", "feb", "fevrier", "fevr"), ("march", "mar", "mars"),
            ("april", "apr", "avril", "avr"), ("may", "mai"), ("june", "jun", "juin"), ("july", "jul", "juillet"),
            ("august", "aug", "aout"), ("september", "sep", "sept", "septembre"), ("october", "oct", "octobre"),
            ("november", "nov", "novembre"), ("december", "dec", "decembre"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_AMOUNT = re.compile(r"-?\d{1,3}(?:[ \u00a0\u202f.,'’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|-?\d+(?:[.,]\d{1,2})?(?!\d)")
_CENTS = re.compile(r"[.,]\d{2}$")


@dataclass(frozen=True)
class ParsedDate:
    """iso: 2026-04-03. ambiguous: day and month could be exchanged (both are 12 or less, and differ)."""

    iso: str
    ambiguous: bool


def amounts_in(text: str) -> list[tuple[Decimal, int, int]]:
    """(amount, start, end) of every number with two decimals in the text, in order.

    "1,249.50", "1 249,50" and "1.249,50" are told apart by their last sign; "1,249" is no amount with two decimals.
    """
    matches = _AMOUNT.finditer(text)
    return [(_decimal(each.group()), each.start(), each.end()) for each in matches if _CENTS.search(each.group())]


def _decimal(text: str) -> Decimal:
    whole, cents = re.sub(r"[ \u00a0\u202f'’.,]", "", text[:-3]), text[-2:]
    return Decimal(f"{whole}.{cents}")


def parse_date(text: str) -> ParsedDate | None:
    """2026-04-03, 03/04/2026 (day first, as in both languages here) or 3 April 2026; None for no such day."""
    plain = _plain(text)
    if found := re.search(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", plain):
        return _date(int(found[1]), int(found[2]), int(found[3]), ambiguous=False)
    if found := re.search(r"(?<!\d)(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?!\d)", plain):
        day, month = int(found[1]), int(found[2])
        return _date(int(found[3]), month, day, ambiguous=day <= 12 and month <= 12 and day != month)
    if (found := re.search(r"(?<!\d)(\d{1,2})(?:er)? ?([a-z]{3,9})\.? ?(\d{4})(?!\d)", plain)) and found[2] in MONTHS:
        return _date(int(found[3]), MONTHS[found[2]], int(found[1]), ambiguous=False)
    return None


def _date(year: int, month: int, day: int, *, ambiguous: bool) -> ParsedDate | None:
    try:
        return ParsedDate(date(year, month, day).isoformat(), ambiguous)
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Lower case without accents."""
    return "".join(each for each in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(each))


def iban_is_valid(iban: str) -> bool:
    """Length and the remainder 1 modulo 97 (ISO 13616), without spaces."""
    compact = iban.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", compact):
        return False
    if compact.startswith("FR") and len(compact) != 27:
        return False
    return int("".join(str(int(each, 36)) for each in compact[4:] + compact[:4])) % 97 == 1


def luhn_is_valid(digits: str) -> bool:
    """Every second digit from the right doubled, its digits added, and the sum a multiple of 10 (ISO/IEC 7812)."""
    if not digits.isdecimal():
        return False
    total = sum(
        sum(divmod(2 * int(each), 10)) if place % 2 else int(each) for place, each in enumerate(reversed(digits))
    )
    return total % 10 == 0


def siret_is_valid(siret: str) -> bool:
    """Fourteen digits that pass Luhn."""
    compact = siret.replace(" ", "")
    return len(compact) == 14 and luhn_is_valid(compact)
