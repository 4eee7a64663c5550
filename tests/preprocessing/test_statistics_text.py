"""Pasted statistics of a tensor: in any order, with signs and exponents, and what is none."""

from __future__ import annotations

import math

import pytest

from vizcore.errors import StatisticsInvalid
from vizcore.preprocessing.recipes import RECIPES
from vizcore.preprocessing.variants.diagnosis import diagnose
from vizcore.preprocessing.variants.statistics import TensorStatistics
from vizcore.preprocessing.variants.statistics_text import parse_statistics, text_of

FOUND = TensorStatistics((-2.0, 0.0), (2.5, 1.0), (0.0, 0.25), (1.0, 0.5))


def test_out_and_back() -> None:
    assert text_of(FOUND) == "min -2.000 0.000\nmax 2.500 1.000\nmean 0.000 0.250\nstd 1.000 0.500"
    assert parse_statistics(text_of(FOUND)) == FOUND


@pytest.mark.parametrize(
    "text",
    [
        "std: 1 .5\nMEAN = 0, 0.25\nmax 2.5e0 1\nmin -20e-1 0",
        "mean [0. 0.25]\nstd [1. 0.5]\nmin [-2. 0.]\nmax [2.5 1.]",
    ],
    ids=["any order and signs", "as NumPy prints them"],
)
def test_lines_as_people_paste_them(text: str) -> None:
    assert parse_statistics(text) == FOUND


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("-2,1 -2,0 -1,8", (-2.1, -2.0, -1.8)),
        ("= [-2,1; -2,0; -1,8]", (-2.1, -2.0, -1.8)),
        ("-2,1e0\t-2,0\t-18,0e-1", (-2.1, -2.0, -1.8)),
        ("-2.1, -2.0, -1.8", (-2.1, -2.0, -1.8)),
        ("-2.1,-2.0, -1.8", (-2.1, -2.0, -1.8)),
        ("(-2.1, -2.0, -1.8)", (-2.1, -2.0, -1.8)),
        ("-2,-1,0", (-2, -1, 0)),
        ("-2, -1, 0", (-2, -1, 0)),
        ("-2,1", (-2.1,)),
    ],
)
def test_commas_are_decimal_signs_between_blanks_and_else_separators(row: str, numbers: tuple[float, ...]) -> None:
    rest = "\n".join(f"{name} {' '.join('5' * len(numbers))}" for name in ("max", "mean", "std"))
    assert parse_statistics(f"min {row}\n{rest}").least == numbers


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("tensor([-2.1, 0.5, 1.0], device='cuda:0')", (-2.1, 0.5, 1.0)),
        ("tensor([-2.1000, 0.5000, 1.], device='cuda:0', dtype=torch.float64)", (-2.1, 0.5, 1.0)),
        ("tensor([-2.1, 0.5, 1.], grad_fn=<AminBackward0>)", (-2.1, 0.5, 1.0)),
        ("array([-2.1, 0.5, 1. ], dtype=float32)", (-2.1, 0.5, 1.0)),
        ("[np.float32(-2.1), np.float32(0.5), np.float32(1.0)]", (-2.1, 0.5, 1.0)),
        ("\N{MINUS SIGN}2.1 0.5 1", (-2.1, 0.5, 1.0)),
        ("-inf -0.5 1E-1", (-math.inf, -0.5, 0.1)),
        ("[-Infinity, -0.5, 1e-1]", (-math.inf, -0.5, 0.1)),
    ],
)
def test_tensors_as_their_libraries_print_them(row: str, numbers: tuple[float, ...]) -> None:
    rest = "\n".join(f"{name} 5 5 5" for name in ("max", "mean", "std"))
    assert parse_statistics(f"min {row}\n{rest}").least == numbers


@pytest.mark.parametrize("broken", ["nan 0.5 0.5", "NaN, 0.5, 0.5", "tensor([nan, nan, nan], device='cuda:0')"])
def test_a_channel_of_nan_is_a_channel_and_the_finding(broken: str) -> None:
    found = parse_statistics(f"min {broken}\nmax {broken}\nmean {broken}\nstd {broken}")
    assert len(found.least) == 3
    assert [each.code for each in diagnose(found, RECIPES["mini-160"])] == ["not_finite"]


def test_decimal_commas_in_every_row() -> None:
    rows = ["-2,1 -2,0 -1,8", "2,2 2,4 2,8", "0,1 0,2 0,3", "1,0 1,1 1,2"]
    expected = TensorStatistics((-2.1, -2.0, -1.8), (2.2, 2.4, 2.8), (0.1, 0.2, 0.3), (1.0, 1.1, 1.2))
    named = "\n".join(f"{name} {row}" for name, row in zip(("min", "max", "mean", "std"), rows, strict=True))
    assert parse_statistics(named) == parse_statistics("\n".join(rows)) == expected


@pytest.mark.parametrize(
    ("least", "rest"),
    [("0,1 0.2", "5,1 5.2"), ("0,1, 0,2, 0,3", "5,1, 5,2, 5,3"), ("0,1 0 0,3", "5,1 5 5,3"),
     ("0,1 0,2", "5.1 5.2"), ("0,1 0,2", "5,234.5 5")],
    ids=["both signs in a row", "separator and sign", "a whole number among them", "signs by row", "thousands"],
)  # fmt: skip
def test_mixed_forms_are_refused(least: str, rest: str) -> None:
    with pytest.raises(StatisticsInvalid):
        parse_statistics(f"min {least}\nmax {rest}\nmean {rest}\nstd {rest}")


def test_twelve_numbers_alone() -> None:
    found = parse_statistics(" ".join(map(str, range(12))).replace("9", "9.5"))
    assert (found.least, found.deviation) == ((0, 1, 2), (9.5, 10, 11))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("", 0), ("1 2 3", 3), ("min 1\nmax 0\nmean 0\nstd 1", 4), ("min 0\nmax 1\nmean 0\nstd -1", 4),
     ("min 0 0\nmax 1\nmean 0\nstd 1", 5)],
    ids=["nothing", "too few", "least above most", "a negative deviation", "channels differ"],
)  # fmt: skip
def test_what_is_no_statistics_is_refused(text: str, numbers: int) -> None:
    with pytest.raises(StatisticsInvalid) as refused:
        parse_statistics(text)
    assert refused.value.values["found"] == numbers
