"""Is each field right, and do the values fit together? What a person has to look at is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from vizcore.reading.fields.extract import FieldValue
from vizcore.reading.fields.typed import iban_is_valid, siret_is_valid

Verdict = Literal["correct", "wrong", "missing", "invented", "absent"]
LOW_CONFIDENCE = 0.85


def verdict(truth: str | None, found: str | None) -> Verdict:
    """Typed values, equal or not. absent: neither there nor found."""
    if truth is None:
        return "absent" if found is None else "invented"
    if found is None:
        return "missing"
    return "correct" if truth == found else "wrong"


@dataclass(frozen=True)
class FieldScores:
    """How many fields of each verdict. A wrong value counts twice: as one too many and as one missed."""

    correct: int
    wrong: int
    missing: int
    invented: int

    @property
    def precision(self) -> float | None:
        return _share(self.correct, self.correct + self.wrong + self.invented)

    @property
    def recall(self) -> float | None:
        return _share(self.correct, self.correct + self.wrong + self.missing)

    @property
    def f1(self) -> float | None:
        false = self.wrong + self.invented + self.wrong + self.missing
        return _share(2 * self.correct, 2 * self.correct + false)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def field_scores(verdicts: Sequence[Verdict]) -> FieldScores:
    """Counts over fields, of one document or of many."""
    kinds = [verdicts.count(each) for each in ("correct", "wrong", "missing", "invented")]
    return FieldScores(*kinds)


@dataclass(frozen=True)
class Check:
    """name: sum, vat_rate, iban or siret. holds: None where a value that it needs was not found."""

    name: str
    holds: bool | None


def checks(fields: Mapping[str, FieldValue]) -> list[Check]:
    """What must be true of any such document, whatever its truth: no reference is needed."""
    net, vat, total = (_amount(fields, name) for name in ("net", "vat", "total"))
    adds_up = None if net is None or vat is None or total is None else net + vat == total
    rates = (Decimal("0.20"), Decimal("0.10"), Decimal("0.055"), Decimal("0.021"), Decimal("0.05"))
    known = None
    if net is not None and vat is not None:
        known = any(abs(net * rate - vat) <= Decimal("0.01") for rate in rates)
    return [
        Check("sum", adds_up),
        Check("vat_rate", known),
        Check("iban", iban_is_valid(fields["iban"].value) if "iban" in fields else None),
        Check("siret", siret_is_valid(fields["siret"].value) if "siret" in fields else None),
    ]


def _amount(fields: Mapping[str, FieldValue], name: str) -> Decimal | None:
    return Decimal(fields[name].value) if name in fields else None


@dataclass(frozen=True)
class Doubt:
    """A field for human review. reason: ambiguous_date, iban_check, siret_check, sum, vat_rate or low_confidence."""

    field: str
    reason: str


def review_queue(fields: Mapping[str, FieldValue], confidences: Mapping[str, float]) -> list[Doubt]:
    """What a person should look at: failed checks, ambiguous dates, and lines read with little confidence.

    confidences: the least one of the lines that a field stands on.
    """
    queue = [Doubt(name, value.doubt) for name, value in fields.items() if value.doubt]
    failed = {check.name for check in checks(fields) if check.holds is False}
    if "sum" in failed:
        queue += [Doubt(name, "sum") for name in ("net", "vat", "total")]
    elif "vat_rate" in failed:
        queue += [Doubt(name, "vat_rate") for name in ("net", "vat")]
    known = {each.field for each in queue}
    low = [name for name, value in confidences.items() if value < LOW_CONFIDENCE and name in fields]
    return queue + [Doubt(name, "low_confidence") for name in low if name not in known]
