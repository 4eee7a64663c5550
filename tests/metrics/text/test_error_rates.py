"""Error rates: published cases, conventions that disagree, normalisation, and many pages together."""

from __future__ import annotations

import pytest

from vizcore.metrics.text.alignment import Edits
from vizcore.metrics.text.error_rates import (
    aligned,
    bag_error,
    compare_texts,
    confusions,
    conventions,
    corpus_rates,
    ladder,
    out_of_order,
)
from vizcore.metrics.text.graphemes import graphemes
from vizcore.metrics.text.normalisation import STEPS, normalised


@pytest.mark.parametrize(
    ("reference", "reading", "cer", "wer"),
    [
        (
            "INVOICE No. 2026-0117 Total due: 1,249.50 EUR",
            "INVOlCE No 2026-0117 Total due 1,249.5O EUR",
            4 / 45,
            4 / 7,
        ),
        ("the cat sat on the mat", "the cat sit on the", 5 / 22, 2 / 6),
        ("White House", "white house", 2 / 11, 1.0),
        ("Müll", "Mull", 1 / 4, 1.0),
        ("Mu\u0308ll", "Müll", 0.0, 0.0),
        ("Schlyñ", "Schlym̃", 1 / 6, 1.0),
        ("Schlym̃", "Schlyñ", 1 / 6, 1.0),
        ("were wolf", "werewolf", 1 / 9, 1.0),
        ("Foo", "Food", 1 / 3, 1.0),
        ("a", "abc", 2.0, 1.0),
        ("", "abc", None, None),
        ("abc", "", 1.0, 1.0),
        ("", "", None, None),
        ("שלום עולם", "שלום עולס", 1 / 9, 1 / 2),
        ("发票号码", "发票号吗", 1 / 4, 1.0),
        ("👩‍👩‍👧 ok", "👩‍👩‍👦 ok", 1 / 4, 1 / 2),
    ],
)
def test_rates(reference: str, reading: str, cer: float | None, wer: float | None) -> None:
    found = compare_texts(reference, reading)
    assert found.cer == pytest.approx(cer)
    assert found.wer == pytest.approx(wer)


def test_every_convention_of_foo_and_food() -> None:
    found = conventions(compare_texts("Foo", "Food").characters.edits)
    assert [found[rule] for rule in ("reference", "normalised", "longer")] == pytest.approx([1 / 3, 1 / 4, 1 / 4])
    empty = conventions(compare_texts("", "ab").characters.edits)
    assert empty == {"reference": None, "normalised": 1.0, "longer": 1.0, "jiwer_empty": 2.0, "full_when_empty": 1.0}
    nothing = conventions(compare_texts("", "").characters.edits)
    assert (nothing["normalised"], nothing["jiwer_empty"], nothing["full_when_empty"]) == (None, 0.0, 0.0)


@pytest.mark.parametrize(
    ("step", "text", "expected"),
    [
        ("nfc", "e\u0301", "é"),
        ("nfc", "x²", "x²"),
        ("line_ends", "a\r\nb\rc\n", "a\nb\nc"),
        ("spaces", " a \n\n b\u00a0c ", "a b c"),
        ("case", "Straße ÉTÉ", "straße été"),
        ("punctuation", "«a», b.-", "a b"),
        ("ligatures", "ﬁn ſo œuf", "fin so œuf"),
        ("digits", "No. 12-3", "123"),
    ],
)
def test_one_step(step: str, text: str, expected: str) -> None:
    assert normalised(text, [step]) == expected
    assert normalised(expected, [step]) == expected, "a second time changes nothing"


def test_a_mark_takes_the_space_before_it_along() -> None:
    assert (
        normalised("Total : 5 !", ["spaces", "punctuation"])
        == "Total 5"
        == normalised("Total: 5!", ["spaces", "punctuation"])
    )
    assert normalised("Total : 5", ["punctuation"]) == "Total  5", "spaces count where they were to"


def test_unknown_step_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="expected steps"):
        normalised("a", ["shout"])


def test_the_ladder_adds_one_step_after_another() -> None:
    rungs = ladder("ﬁn:\r\nTOTAL", "fin\ntotal ")
    assert [name for name, _ in rungs] == ["raw", *STEPS]
    edits = {name: found.characters.edits.total for name, found in rungs}
    assert edits == {
        "raw": 9, "nfc": 9, "line_ends": 9, "spaces": 8, "case": 3, "punctuation": 2, "ligatures": 0, "digits": 0,
    }  # fmt: skip
    assert rungs[-1][1].cer is None


def test_reading_order_is_what_the_bag_does_not_see() -> None:
    reference, reading = ["total", "12", "date", "today"], ["date", "today", "total", "12"]
    assert bag_error(reference, reading) == 0
    assert aligned(reference, reading).edits.total == 4
    assert bag_error(["a", "b"], ["a", "c", "d"]) == 1.0
    assert bag_error([], ["a"]) is None


def test_a_corpus_is_not_the_mean_of_its_pages() -> None:
    long, short, empty = Edits(98, 2, 0, 0), Edits(0, 1, 0, 0), Edits(0, 0, 0, 3)
    found = corpus_rates([long, short])
    assert [found.total, found.mean, found.undefined] == pytest.approx([3 / 101, 0.51, 0])
    assert corpus_rates([empty]).mean is None
    assert corpus_rates([long, empty]).undefined == 1


def test_neighbouring_edits_are_one_confusion() -> None:
    found = confusions(aligned(list("modern corner"), list("modem comer")))
    assert found == {("rn", "m"): 2}
    assert confusions(aligned(list("a b"), list("ab"))) == {(" ", ""): 1}


def test_graphemes_join_to_the_text() -> None:
    text = "e\u0301👨🏽‍🚀\r\nक्षि日"
    assert "".join(graphemes(text)) == text
    assert len(graphemes("e\u0301👨🏽‍🚀\r\n")) == 3


@pytest.mark.parametrize(
    ("reference", "reading", "moved"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "b c a", 1),
        ("a b a c", "a a b c", 1),
        ("North Quay Stationers Total due 12.50", "Total due 1 2 . 50", 0),  # a bag of 4 edits, alone 6 in order
        ("a", "b", 0),
        ("", "a", 0),
    ],
)
def test_how_many_words_are_out_of_order(reference: str, reading: str, moved: int) -> None:
    assert out_of_order(reference.split(), reading.split()) == moved
