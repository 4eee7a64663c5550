"""Is a check that breaks a finding with its remedy, and do the others still run?"""

from __future__ import annotations

import pytest

from vizcore.doctor.findings import CheckOf, Failed, Finding, find
from vizcore.errors import AddressInvalid


def fine(place: int) -> str:
    return f"{place}"


def failing(_place: int) -> str:
    raise Failed("2 processes")


def refused(_place: int) -> str:
    raise AddressInvalid(url="x")


def broken(_place: int) -> str:
    raise RuntimeError("a mistake of ours")


@pytest.mark.parametrize(
    ("look", "finding"),
    [
        (fine, Finding("it", True, "7", "")),
        (failing, Finding("it", False, "2 processes", "mend it")),
        (refused, Finding("it", False, "address_invalid", "mend it")),
        (broken, Finding("it", False, "RuntimeError", "mend it")),
    ],
)
def test_what_a_check_finds(look: object, finding: Finding) -> None:
    assert find([CheckOf("it", look, "mend it")], 7) == [finding]  # type: ignore[arg-type]


def test_one_that_breaks_hides_no_other() -> None:
    names = [each.name for each in find([CheckOf("a", broken, "x"), CheckOf("b", fine, "y")], 1)]
    assert names == ["a", "b"]


def test_nothing_to_check() -> None:
    assert find([], 1) == []
