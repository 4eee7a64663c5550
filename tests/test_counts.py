"""Does a noun take the form that its number asks for, in both languages?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.catalogues import gather, messages, sources
from vizcore.i18n import speaking
from vizcore.i18n.counts import NOUNS, counted

ROOT = Path(__file__).parent.parent
# Sentences in which a number may stand before a plural: it is never 1 there, or the plural is not its noun.
ALWAYS_MANY = re.compile(
    "runs, p99 leans|The first 20 of|for three masks|budgets each|to look at: press|Cosine of every pair|Map of|"
    "too many: {a} and {b} boxes|pixels of {all}|at most {frames} pictures|"
    "Mean of all|Of the first|The first {n} objects|The {n} classes with the most|"
    "Each of {n} pictures asks|No two of these|"
    "of class ids|of {total} boxes|[Uu]p to|is enough for half|with one worker|on each side|fewer than {n} photos"
)
NUMBER_BEFORE_PLURAL = re.compile(
    r"\{(?:n|count|photos|pictures|boxes|objects|masks|steps|total|frames|a|b)\}\*{0,2} "
    r"(?:photos|pictures|boxes|objects|masks|steps|detections|candidates|segments|vectors|runs|classes|images|frames|"
    r"pixels)\b|\{\w+\}\*{0,2} (?:true|tracked|other|more) \w+s\b"
)


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_one_thing_is_not_many(noun: str, language: str) -> None:
    with speaking(language):
        none, one, two = (counted(noun, number) for number in (0, 1, 2))
    assert one.startswith("1 ")
    assert two.startswith("2 ")
    if noun != "step" or language == "en":  # "1 pas", "2 pas"
        assert one.removeprefix("1 ") != two.removeprefix("2 ")
    assert none.removeprefix("0 ") == (one if language == "fr" else two)[2:], "French: 0 is singular, English: plural"


def test_thousands_are_parted() -> None:
    with speaking("en"):
        assert counted("pixel", 12345) == "12,345 pixels"
    with speaking("fr"):
        assert counted("pixel", 12345).replace("\u202f", " ") == "12 345 pixels"


def test_no_sentence_has_a_number_before_a_fixed_plural() -> None:
    plain = [str(message.id) for message in messages(gather(sources())) if isinstance(message.id, str)]
    found = [text for text in plain if NUMBER_BEFORE_PLURAL.search(text) and not ALWAYS_MANY.search(text)]
    assert len(plain) > 1000
    assert found == []
