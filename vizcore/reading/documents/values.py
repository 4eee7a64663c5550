"""What stands in a drawn document: amounts, dates and numbers that fit together, in the language's own form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np

Language = Literal["en", "fr"]
CENT = Decimal("0.01")
VAT_RATE = Decimal("0.20")
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre"),
}  # fmt: skip
GOODS = {
    "en": ("Copy paper A4", "Ink cartridge", "Desk lamp", "Fountain pen", "Ring binder", "Stapler", "Wall calendar"),
    "fr": ("Papier A4", "Cartouche d'encre", "Lampe de bureau", "Stylo à plume", "Classeur à levier", "Agrafeuse",
           "Éphéméride"),
}  # fmt: skip
SELLERS = {"en": "North Quay Stationers", "fr": "Papeterie du Canal Été"}
PLACES = {"en": ("12 Harbour Street", "Leith EH6 6JJ"), "fr": ("12 rue des Érables", "69003 Lyon")}


@dataclass(frozen=True)
class Item:
    """One line of a bill. price, amount: without VAT."""

    name: str
    count: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.count * self.price


@dataclass(frozen=True)
class Bill:
    """Everything that a document of one seed says. net + vat = total, to the cent."""

    language: Language
    number: str
    day: date
    due: date
    items: tuple[Item, ...]
    iban: str
    siret: str

    @property
    def net(self) -> Decimal:
        return sum((item.amount for item in self.items), Decimal(0))

    @property
    def vat(self) -> Decimal:
        return (self.net * VAT_RATE).quantize(CENT)

    @property
    def total(self) -> Decimal:
        return self.net + self.vat


def make_bill(seed: int, language: Language, items: int = 4) -> Bill:
    """The same seed gives the same bill."""
    draws = np.random.default_rng([seed, 77])
    names = draws.choice(len(GOODS[language]), items, replace=False)
    bought = tuple(
        Item(GOODS[language][row], int(draws.integers(1, 9)), Decimal(int(draws.integers(120, 39_999))) / 100)
        for row in names
    )
    day = date(2026, 1, 1) + timedelta(days=int(draws.integers(0, 330)))
    digits = "".join(map(str, draws.integers(0, 10, 23)))
    company = "".join(map(str, draws.integers(0, 10, 13)))
    return Bill(
        language,
        f"{'F' if language == 'fr' else 'INV'}-2026-{int(draws.integers(1, 9999)):04d}",
        day,
        day + timedelta(days=30),
        bought,
        with_check_digits("FR", digits),
        with_luhn(company),
    )


def with_check_digits(country: str, account: str) -> str:
    """The IBAN of an account: two digits such that it is 1 modulo 97 (ISO 13616)."""
    number = int("".join(str(int(each, 36)) for each in f"{account}{country}00"))
    return f"{country}{98 - number % 97:02d}{account}"


def with_luhn(digits: str) -> str:
    """The digits and the one that makes their Luhn sum a multiple of 10."""
    total = sum(
        sum(divmod(2 * int(each), 10)) if place % 2 == 0 else int(each) for place, each in enumerate(digits[::-1])
    )
    return f"{digits}{-total % 10}"


def written_amount(value: Decimal, language: Language) -> str:
    """1249.50 -> "1,249.50" or "1 249,50"."""
    text = f"{value:,.2f}"
    return text if language == "en" else text.replace(",", " ").replace(".", ",")


def written_date(day: date, language: Language, *, words: bool = False) -> str:
    """3 April 2026, or 03/04/2026: day first in both languages."""
    return f"{day.day} {MONTHS[language][day.month - 1]} {day.year}" if words else f"{day:%d/%m/%Y}"


def in_groups(text: str, size: int = 4) -> str:
    """An IBAN as it is printed, in groups of four."""
    return " ".join(text[place : place + size] for place in range(0, len(text), size))
