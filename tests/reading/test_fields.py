"""Typed parsing, the rules that find fields, verdicts and checks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vizcore.reading.fields.extract import FieldValue, extract_fields
from vizcore.reading.fields.typed import amounts_in, iban_is_valid, luhn_is_valid, parse_date
from vizcore.reading.fields.verdicts import checks, field_scores, review_queue, verdict


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,249.50", "1249.50"),
        ("1 249,50 €", "1249.50"),
        ("1.249,50", "1249.50"),
        ("1\u202f249,50", "1249.50"),
        ("1'249'000.05", "1249000.05"),
        ("12,50", "12.50"),
        ("-3.00", "-3.00"),
        ("1,249", None),
        ("12,5", None),
        ("12", None),
        ("no digits", None),
    ],
)
def test_amounts(text: str, value: str | None) -> None:
    assert [found for found, _start, _end in amounts_in(text)] == ([] if value is None else [Decimal(value)])


def test_amounts_of_a_line_have_two_decimals() -> None:
    found = amounts_in("VAT 20 % of 1,000.00 = 200.00")
    assert [str(value) for value, _start, _end in found] == ["1000.00", "200.00"]


@pytest.mark.parametrize(
    ("text", "iso", "ambiguous"),
    [
        ("2026-04-03", "2026-04-03", False),
        ("Date : 03/04/2026", "2026-04-03", True),
        ("25/12/2026", "2026-12-25", False),
        ("04.04.2026", "2026-04-04", False),
        ("3 April 2026", "2026-04-03", False),
        ("le 1er août 2026", "2026-08-01", False),
        ("31 février 2026", None, False),
        ("32/01/2026", None, False),
        ("INV-2026-0117", None, False),
    ],
)
def test_dates(text: str, iso: str | None, ambiguous: bool) -> None:
    found = parse_date(text)
    assert (found.iso if found else None) == iso
    assert bool(found and found.ambiguous) == ambiguous


@pytest.mark.parametrize(
    ("iban", "valid"),
    [
        ("GB82 WEST 1234 5698 7654 32", True),
        ("GB82 WEST 1234 5698 7654 33", False),
        ("FR14 2004 1010 0505 0001 3M02 606", True),
        ("DE89370400440532013000", True),
        ("FR14", False),
        ("", False),
    ],
)
def test_iban(iban: str, valid: bool) -> None:
    assert iban_is_valid(iban) is valid


def test_luhn() -> None:
    assert luhn_is_valid("79927398713")
    assert not luhn_is_valid("79927398710")
    assert not luhn_is_valid("7992739871O")


TEXT = """North Quay
Invoice No. INV-2026-0117
Date: 03/04/2026 Due date: 01/05/2026
Net amount 1,000.00 GBP
VAT 20% 200.00 GBP
Total due 1,200.00 GBP
IBAN GB82 WEST 1234 5698 7654 32"""


def test_fields_of_a_text_and_where_they_stand() -> None:
    found = extract_fields(TEXT)
    assert {name: each.value for name, each in found.items()} == {
        "number": "INV-2026-0117",
        "date": "2026-04-03",
        "net": "1000.00",
        "vat": "200.00",
        "total": "1200.00",
        "iban": "GB82WEST12345698765432",
    }
    assert TEXT[found["total"].start : found["total"].end] == "1,200.00"
    assert found["date"].doubt == "ambiguous_date"
    assert extract_fields("") == {}
    assert extract_fields("发票号码 123") == {}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("IBAN FR76 3000 6000 0112 3456 7890 189 BIC AGRIFRPP", "iban", "FR7630006000011234567890189"),
        ("IBAN GB82 WEST 1234 5698 7654 32 BIC WESTGB2L", "iban", "GB82WEST12345698765432"),
        ("IBAN DE89 3704 0044 0532 0130 01 BIC COBADEFF", "iban", "DE89370400440532013001"),  # its check does not fit
        ("Invoice date 03/04/2026\nInvoice No. INV-2026-0012", "number", "INV-2026-0012"),
        ("INVOICE DATE 03/04/2026\nINVOICE NO. INV 2026-12", "number", "INV2026-12"),
        ("Facture du 03/04/2026\nFacture n° F-2026-0012", "number", "F-2026-0012"),
        ("Bill to 12 Harbour Street", "number", None),
        ("Invoice 03/04/2026", "number", None),
        ("VAT 20% 20.00\nTotal incl. VAT 120.00", "vat", "20.00"),
        ("VAT 20% 20.00\nTotal incl. VAT 120.00", "total", "120.00"),
        ("Total incl. VAT 120.00\nTotal VAT 20.00\nTotal excl. VAT 100.00", "total", "120.00"),
        ("Total incl. VAT 120.00\nTotal VAT 20.00\nTotal excl. VAT 100.00", "vat", "20.00"),
        ("Total incl. VAT 120.00\nTotal VAT 20.00\nTotal excl. VAT 100.00", "net", "100.00"),
        ("Total TTC 120,00\nTotal TVA 20,00", "total", "120.00"),
        ("Total 1’249.50", "total", "1249.50"),
    ],
)
def test_a_value_ends_where_its_neighbour_begins(text: str, name: str, value: str | None) -> None:
    found = extract_fields(text).get(name)
    assert (found and found.value) == value


@pytest.mark.parametrize(
    ("truth", "found", "expected"),
    [
        ("1", "1", "correct"),
        ("1", "2", "wrong"),
        ("1", None, "missing"),
        (None, "1", "invented"),
        (None, None, "absent"),
    ],
)
def test_verdicts(truth: str | None, found: str | None, expected: str) -> None:
    assert verdict(truth, found) == expected


def test_a_wrong_value_counts_twice() -> None:
    scores = field_scores(["correct", "wrong", "missing", "invented", "absent"])
    assert (scores.precision, scores.recall) == (1 / 3, 1 / 3)
    assert scores.f1 == pytest.approx(1 / 3)
    assert field_scores([]).f1 is None
    assert field_scores(["missing"]).precision is None


def test_checks_need_no_truth_and_doubts_go_to_a_person() -> None:
    found = extract_fields(TEXT)
    assert {check.name: check.holds for check in checks(found)} == {
        "sum": True,
        "vat_rate": True,
        "iban": True,
        "siret": None,
    }
    broken = {**found, "total": FieldValue("1280.00", "1,280.00", 0, 8)}
    assert {each.reason for each in review_queue(broken, {"iban": 0.2})} == {"ambiguous_date", "sum", "low_confidence"}
    assert review_queue({}, {}) == []
