"""Character and word error rate of one page, in every convention, and how they change with each normalisation step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from vizcore.errors import TextTooLong
from vizcore.metrics.text.alignment import Edits, Step, align, common_in_order, count
from vizcore.metrics.text.graphemes import graphemes, words
from vizcore.metrics.text.normalisation import DEFAULT, STEPS, normalised

LONGEST = 100_000  # characters of a text: comparing takes a second, and ten for all steps of the ladder


@dataclass(frozen=True)
class Aligned:
    """Two texts in pieces (grapheme clusters, or words) and their alignment."""

    reference: tuple[str, ...]
    reading: tuple[str, ...]
    steps: tuple[Step, ...]
    edits: Edits


@dataclass(frozen=True)
class TextMetrics:
    """Of one page: the alignments of characters and words after the normalisation `steps`."""

    characters: Aligned
    words: Aligned
    steps: tuple[str, ...]

    @property
    def cer(self) -> float | None:
        """Character error rate: edits / length of the reference. May exceed 1; None for an empty reference."""
        return rate(self.characters.edits)

    @property
    def wer(self) -> float | None:
        """Word error rate, likewise."""
        return rate(self.words.edits)


def compare_texts(reference: str, reading: str, steps: Collection[str] = DEFAULT) -> TextMetrics:
    """Both texts normalised, cut into grapheme clusters and words, and aligned. Errors: TextTooLong beyond `LONGEST`
    characters, or where they differ over too many.
    """
    if (longest := max(len(reference), len(reading))) > LONGEST:
        raise TextTooLong(reason="whole", limit=LONGEST, actual=longest)
    first, second = normalised(reference, steps), normalised(reading, steps)
    return TextMetrics(
        aligned(graphemes(first), graphemes(second)),
        aligned(words(first), words(second)),
        tuple(name for name in STEPS if name in steps),
    )


def aligned(reference: Sequence[str], reading: Sequence[str]) -> Aligned:
    """Pieces of both texts, aligned."""
    steps = align(reference, reading)
    return Aligned(tuple(reference), tuple(reading), tuple(steps), count(steps))


def rate(edits: Edits) -> float | None:
    """Edits over the length of the reference; None, which is "undefined", when there is no reference."""
    return edits.total / edits.reference_length if edits.reference_length else None


def conventions(edits: Edits) -> dict[str, float | None]:
    """The same edits over other lengths. An empty reference is undefined in the classic rate, 1 or 0 in those whose
    denominator counts the reading, the number of insertions in jiwer 4, and 1 or 0 in benchmarkstt's way.
    """
    total, reference = edits.total, edits.reference_length
    longer = max(reference, edits.reading_length)
    everything = total + edits.hits
    return {
        "reference": rate(edits),
        "normalised": total / everything if everything else None,
        "longer": total / longer if longer else None,
        "jiwer_empty": rate(edits) if reference else float(edits.insertions),
        "full_when_empty": rate(edits) if reference else float(bool(edits.insertions)),
    }


def ladder(reference: str, reading: str, steps: Sequence[str] = tuple(STEPS)) -> list[tuple[str, TextMetrics]]:
    """("raw", ...) and then the metrics after each further step, on top of those before it."""
    taken: list[str] = []
    rungs = [("raw", compare_texts(reference, reading, taken))]
    for step in steps:
        taken.append(step)
        rungs.append((step, compare_texts(reference, reading, taken)))
    return rungs


def bag_error(reference: Sequence[str], reading: Sequence[str]) -> float | None:
    """The least word error rate any order of these words could have: what is missing and what is too much, paired as
    far as possible, over the number of reference words. Far below the word error rate: the reading order is at fault.
    """
    wanted, found = Counter(reference), Counter(reading)
    missing, extra = (wanted - found).total(), (found - wanted).total()
    return max(missing, extra) / len(reference) if reference else None


def out_of_order(reference: Sequence[str], reading: Sequence[str]) -> int:
    """How many of the words that both hold do not stand in the same order."""
    return (Counter(reference) & Counter(reading)).total() - common_in_order(reference, reading)


@dataclass(frozen=True)
class CorpusRates:
    """Over several pages. total: all edits over all reference characters. mean: of the pages' own rates, those without
    a reference left out; undefined: how many these are.
    """

    total: float | None
    mean: float | None
    undefined: int


def corpus_rates(pages: Iterable[Edits]) -> CorpusRates:
    """Both ways to make one number of several pages; the first is the usual one."""
    pages = list(pages)
    length = sum(each.reference_length for each in pages)
    rates = [value for each in pages if (value := rate(each)) is not None]
    total = sum(each.total for each in pages) / length if length else None
    return CorpusRates(total, sum(rates) / len(rates) if rates else None, len(pages) - len(rates))


def confusions(page: Aligned) -> Counter[tuple[str, str]]:
    """What was read for what: neighbouring edits together, so that "rn" read as "m" is one confusion."""
    found: Counter[tuple[str, str]] = Counter()
    wanted: list[str] = []
    got: list[str] = []
    for step in (*page.steps, None):
        if step is not None and step.kind != "equal":
            wanted += [page.reference[step.reference]] if step.reference >= 0 else []
            got += [page.reading[step.reading]] if step.reading >= 0 else []
        elif wanted or got:
            found["".join(wanted), "".join(got)] += 1
            wanted, got = [], []
    return found
