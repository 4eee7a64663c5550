"""Where does what stand on an invoice, a receipt and a form? Adding a kind is adding a row to `KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from vizcore.reading.documents.fonts import Face
from vizcore.reading.documents.values import (
    PLACES,
    SELLERS,
    Bill,
    in_groups,
    written_amount,
    written_date,
)

WORDS = {
    "en": {
        "invoice": "INVOICE", "number": "Invoice No.", "date": "Date:", "due": "Due date:", "what": "Description",
        "count": "Qty", "price": "Price", "amount": "Amount", "net": "Net amount", "vat": "VAT 20%",
        "total": "Total due", "thanks": "Thank you for your visit", "paid": "Paid by card",
        "form": "PAYMENT FORM", "company": "Company", "reference": "Reference", "day": "Date", "sum": "Total",
    },
    "fr": {
        "invoice": "FACTURE", "number": "Facture n°", "date": "Date :", "due": "Échéance :", "what": "Désignation",
        "count": "Qté", "price": "Prix", "amount": "Montant", "net": "Total HT", "vat": "TVA 20 %",
        "total": "Total TTC", "thanks": "Merci de votre visite", "paid": "Payé par carte",
        "form": "BORDEREAU DE PAIEMENT", "company": "Société", "reference": "Référence", "day": "Date",
        "sum": "Total TTC",
    },
}  # fmt: skip
CURRENCY = {"en": "GBP", "fr": "EUR"}


@dataclass(frozen=True)
class Word:
    """A piece of text on the sheet. x, y: of its top left corner, or of its top right for align "right"."""

    text: str
    x: float
    y: float
    size: int = 24
    face: Face = "sans"
    bold: bool = False
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class Rule:
    """A line on the sheet."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True)
class Kind:
    """size_wh of the sheet in pixels; draw: what stands on it; fields: which of the bill's values it shows."""

    size_wh: tuple[int, int]
    draw: Callable[[Bill], Iterator[Word | Rule]]
    fields: tuple[str, ...]


def invoice(bill: Bill) -> Iterator[Word | Rule]:
    """An A4-like sheet."""
    words, language = WORDS[bill.language], bill.language
    yield Word(SELLERS[language], 60, 50, 30, bold=True)
    for row, line in enumerate(PLACES[language]):
        yield Word(line, 60, 98 + 34 * row)
    yield Word(words["invoice"], 840, 50, 34, bold=True, align="right")
    yield Word(f"{words['number']} {bill.number}", 60, 190)
    yield Word(f"{words['date']} {written_date(bill.day, language)}", 60, 226)
    yield Word(f"{words['due']} {written_date(bill.due, language)}", 480, 226)
    yield Rule(60, 276, 840, 276)
    columns = ((words["what"], 60, "left"), (words["count"], 500, "right"), (words["price"], 660, "right"))
    for text, x, align in (*columns, (words["amount"], 840, "right")):
        yield Word(text, x, 288, 22, bold=True, align=align)  # type: ignore[arg-type]
    for row, item in enumerate(bill.items):
        y = 332 + 40 * row
        yield Word(item.name, 60, y)
        yield Word(str(item.count), 500, y, align="right")
        yield Word(written_amount(item.price, language), 660, y, align="right")
        yield Word(written_amount(item.amount, language), 840, y, align="right")
    y = 340 + 40 * len(bill.items)
    yield Rule(440, y, 840, y)
    for row, name in enumerate(("net", "vat", "total")):
        value = f"{written_amount(getattr(bill, name), language)} {CURRENCY[language]}"
        yield Word(words[name], 440, y + 14 + 42 * row, bold=name == "total")
        yield Word(value, 840, y + 14 + 42 * row, bold=name == "total", align="right")
    yield Word(f"IBAN {in_groups(bill.iban)}", 60, y + 180, 22, face="mono")
    if language == "fr":
        yield Word(f"SIRET {bill.siret}", 60, y + 218, 22, face="mono")


def receipt(bill: Bill) -> Iterator[Word | Rule]:
    """A narrow roll in type of one width."""
    words, language = WORDS[bill.language], bill.language
    yield Word(SELLERS[language].upper(), 40, 30, 24, "mono", bold=True)
    yield Word(PLACES[language][1], 40, 68, 20, "mono")
    yield Word(f"{words['date']} {written_date(bill.day, language)}", 40, 104, 20, "mono")
    yield Rule(40, 140, 460, 140)
    for row, item in enumerate(bill.items):
        yield Word(f"{item.count} x {item.name}", 40, 154 + 34 * row, 20, "mono")
        yield Word(written_amount(item.amount, language), 460, 154 + 34 * row, 20, "mono", align="right")
    y = 162 + 34 * len(bill.items)
    yield Rule(40, y, 460, y)
    for row, name in enumerate(("net", "vat", "total")):
        size = 24 if name == "total" else 20
        yield Word(words[name], 40, y + 12 + 36 * row, size, "mono", bold=name == "total")
        value = written_amount(getattr(bill, name), language)
        yield Word(value, 460, y + 12 + 36 * row, size, "mono", bold=name == "total", align="right")
    yield Word(words["paid"], 40, y + 132, 20, "mono")
    yield Word(words["thanks"], 40, y + 166, 20, "mono")


def form(bill: Bill) -> Iterator[Word | Rule]:
    """Labels with values on lines, in a serif face."""
    words, language = WORDS[bill.language], bill.language
    yield Word(words["form"], 60, 46, 32, "serif", bold=True)
    rows = (
        (words["company"], SELLERS[language]),
        (words["reference"], bill.number),
        (words["day"], written_date(bill.day, language, words=True)),
        (words["sum"], f"{written_amount(bill.total, language)} {CURRENCY[language]}"),
        ("IBAN", in_groups(bill.iban)),
    )
    for row, (label, value) in enumerate(rows):
        y = 130 + 76 * row
        yield Word(label, 60, y, 22, "serif")
        yield Word(value, 270, y - 2, 26, "serif")
        yield Rule(260, y + 40, 840, y + 40)


KINDS: dict[str, Kind] = {
    "invoice": Kind((900, 780), invoice, ("number", "date", "net", "vat", "total", "iban", "siret")),
    "receipt": Kind((500, 520), receipt, ("date", "net", "vat", "total")),
    "form": Kind((900, 560), form, ("number", "date", "total", "iban")),
}
