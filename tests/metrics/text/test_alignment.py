"""Is the number of edits the least possible, and does the alignment follow its rule?"""

from __future__ import annotations

import random

import jiwer
import pytest
from rapidfuzz.distance import LCSseq, Levenshtein

from tests.time_bounds import within
from vizcore.errors import TextTooLong
from vizcore.metrics.text import alignment, error_rates
from vizcore.metrics.text.alignment import align, common_in_order, count
from vizcore.metrics.text.error_rates import aligned, compare_texts

LETTERS = "abcé ñ日🙂א"


def random_text(draws: random.Random, longest: int = 14) -> str:
    return "".join(draws.choice(LETTERS) for _ in range(draws.randint(0, longest)))


def as_text(reference: str, reading: str) -> str:
    """= equal, S, D, I in order."""
    letters = {"equal": "=", "substitute": "S", "delete": "D", "insert": "I"}
    return "".join(letters[step.kind] for step in align(reference, reading))


def test_as_few_edits_as_rapidfuzz_and_jiwer() -> None:
    draws = random.Random(3)
    for _ in range(500):
        reference, reading = random_text(draws), random_text(draws)
        found = count(align(reference, reading))
        assert found.total == Levenshtein.distance(reference, reading)
        assert (found.reference_length, found.reading_length) == (len(reference), len(reading))
        words = count(align(reference.split(), reading.split()))
        if reference.split():
            theirs = jiwer.process_words(" ".join(reference.split()), " ".join(reading.split()) or "")
            assert words.total == theirs.substitutions + theirs.deletions + theirs.insertions


def test_what_stands_in_both_in_order_is_rapidfuzzs() -> None:
    draws = random.Random(4)
    for _ in range(300):
        reference, reading = random_text(draws), random_text(draws)
        assert common_in_order(reference, reading) == LCSseq.similarity(reference, reading)


def test_an_alignment_can_be_replayed() -> None:
    draws = random.Random(5)
    for _ in range(200):
        reference, reading = random_text(draws), random_text(draws)
        steps = align(reference, reading)
        assert "".join(reference[step.reference] for step in steps if step.reference >= 0) == reference
        assert "".join(reading[step.reading] for step in steps if step.reading >= 0) == reading
        pairs = [(reference[s.reference], reading[s.reading]) for s in steps if s.kind in ("equal", "substitute")]
        kinds = [s.kind == "equal" for s in steps if s.kind in ("equal", "substitute")]
        assert [one == other for one, other in pairs] == kinds


@pytest.mark.parametrize(
    ("reference", "reading", "kinds"),
    [
        ("", "", ""),
        ("abc", "", "DDD"),
        ("", "ab", "II"),
        ("abc", "abc", "==="),
        ("rn", "m", "DS"),  # substitution first, from the end
        ("ab", "ba", "SS"),  # not delete and insert, which costs as much
        ("kitten", "sitting", "S===S=I"),
        ("wolf", "werewolf", "=IIII==="),  # the common beginning comes off first
    ],
)
def test_the_rule_for_ties(reference: str, reading: str, kinds: str) -> None:
    assert as_text(reference, reading) == kinds


def test_brute_force_agrees_that_no_preferred_step_was_passed_over() -> None:
    """From the end backwards: match, else substitute where it is among the best, else delete, else insert."""
    draws = random.Random(9)
    for _ in range(200):
        a, b = random_text(draws, 7), random_text(draws, 7)
        while a and b and a[0] == b[0]:
            a, b = a[1:], b[1:]
        while a and b and a[-1] == b[-1]:
            a, b = a[:-1], b[:-1]
        expected: list[str] = []
        i, j = len(a), len(b)
        while i and j:
            best = Levenshtein.distance(a[:i], b[:j])
            if a[i - 1] == b[j - 1]:
                i, j, sign = i - 1, j - 1, "="
            elif Levenshtein.distance(a[: i - 1], b[: j - 1]) + 1 == best:
                i, j, sign = i - 1, j - 1, "S"
            elif Levenshtein.distance(a[: i - 1], b[:j]) + 1 == best:
                i, sign = i - 1, "D"
            else:
                j, sign = j - 1, "I"
            expected.append(sign)
        expected += ["D"] * i + ["I"] * j
        assert as_text(a, b) == "".join(expected[::-1]), (a, b)


def test_two_pages_of_20_000_characters() -> None:
    draws = random.Random(1)
    reference = [draws.choice(LETTERS) for _ in range(20_000)]
    reading = [draws.choice(LETTERS) for _ in range(20_000)]
    with within(2):
        found = aligned(reference, reading)
    assert found.edits.total == Levenshtein.distance(reference, reading)


def test_too_long_is_said_and_a_long_common_part_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "LIMIT", 100)
    assert compare_texts("a" * 5000 + "b" + "c" * 5000, "a" * 5000 + "x" + "c" * 5000).characters.edits.total == 1
    with pytest.raises(TextTooLong) as refused:
        compare_texts("ab" * 100, "ba" * 100 + "c")
    assert refused.value.reason == "difference"


@pytest.mark.parametrize("texts", [("a" * 101, "a"), ("a", "a" * 101)])
def test_a_text_is_refused_by_its_whole_length_though_they_are_nearly_equal(
    monkeypatch: pytest.MonkeyPatch, texts: tuple[str, str]
) -> None:
    monkeypatch.setattr(error_rates, "LONGEST", 100)
    assert compare_texts("a" * 100, "a" * 99 + "b").characters.edits.total == 1
    with pytest.raises(TextTooLong) as refused:
        compare_texts(*texts)
    assert (refused.value.reason, refused.value.limit, refused.value.actual) == ("whole", 100, 101)
