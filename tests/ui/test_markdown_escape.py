"""Is a stranger's text shown as it is, whatever it tries to be?"""

from __future__ import annotations

import random

import pytest

from vizcore.ui.markdown_escape import LONGEST_NAME, MARKDOWN_SIGNS, escaped, escaped_for_column, visible


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", ""),
        ("cat.jpg", "cat\\.jpg"),
        ("![x](http://a.b/c)", "\\!\\[x\\]\\(http\\:\\/\\/a\\.b\\/c\\)"),
        ("<script>", "\\<script\\>"),
        (":material/home:", "\\:material\\/home\\:"),
        ("$x$", "\\$x\\$"),
        ("a\u202egpj.exe", "a gpj\\.exe"),
        ("nul\x00tab\tline\nend", "nul tab line end"),
        ("chat été 猫", "chat été 猫"),
        ("45\u00a0% \u00a0 of\u202f\u202f5,6\u00a0×\u00a010", "45\u00a0\\% of\u202f5,6\u00a0×\u00a010"),
        ("\u00a0\u202f", ""),
    ],
)
def test_each_sign_is_escaped(given: str, expected: str) -> None:
    assert escaped(given) == expected


def test_long_names_are_cut() -> None:
    assert visible("a" * 5000) == "a" * (LONGEST_NAME - 1) + "…"
    assert escaped("*" * 100, longest=3) == "\\*\\*…"


@pytest.mark.parametrize(
    ("given", "longest", "expected"),
    [
        ("holiday_in_the_mountains_0012.jpeg", 22, "holiday_in_…_0012.jpeg"),  # 16 of the stem: 11 and 5
        ("holiday_in_the_mountains_0012.jpg", 22, "holiday_in_t…_0012.jpg"),
        ("cats/holiday in the mountains 7.PNG", 20, "cats/holid…ins 7.PNG"),
        ("exactly_twenty_22.jpeg", 22, "exactly_twenty_22.jpeg"),
        ("holiday.jpeg", 9, "holiday.…"),  # no room for a stem beside the ending
        ("a share of 0.123456", 12, "a share of…"),  # no ending
        ("a sentence that ends. Here", 12, "a sentence…"),
        (".verylonghidden.tar.gz", 12, ".veryl…ar.gz"),  # 8 of the stem: 6 and 2
    ],
)
def test_a_long_file_name_keeps_its_ending(given: str, longest: int, expected: str) -> None:
    assert visible(given, longest=longest) == expected
    assert len(expected) <= longest


@pytest.mark.parametrize(
    ("given", "pieces"),
    [
        ("a.png", ["a", "\\.png"]),
        ("WWWWWWWWMMM.jpeg", ["WWWWWWWWMMM", "\\.jpeg"]),
        ("holiday_in_the_mountains_0012.jpeg", ["holiday\\_in\\_…", "\\_0012", "\\.jpeg"]),
        ("a name without an ending, long", ["a name without an end…"]),
        ("short name", ["short name"]),
        ("", [""]),
    ],
)
def test_a_line_of_a_column_ends_before_the_ending(given: str, pieces: list[str]) -> None:
    assert escaped_for_column(given, longest=22).split("\u200b") == pieces


def test_no_sign_stays_bare_in_any_text() -> None:
    letters = random.Random(0)
    for _ in range(300):
        text = "".join(letters.choices([*MARKDOWN_SIGNS, "a", "é", "\u2066", "\n", " "], k=30))
        bare = escaped(text).replace("\\\\", "")
        assert all(bare[place - 1] == "\\" for place, sign in enumerate(bare) if sign in MARKDOWN_SIGNS - {"\\"})
