"""Which class does a person mean by these words?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vizcore.errors import AmbiguousClass, UnknownClass

CANDIDATES_SHOWN = 20


def find_class(labels: Sequence[str], wanted: str | int, model_key: str) -> int:
    """The index of the class that `wanted` names: an index, a whole label, one of its synonyms, or any part of it.

    The first of these readings that fits a class decides, so "dog" is the dog although "hot dog" holds it too. Letter
    case and underscores do not matter. Errors: UnknownClass; AmbiguousClass with the candidates as "index: label".
    """
    words = _plain(str(wanted))
    if words.isdecimal() and int(words) < len(labels):
        return int(words)
    for fits in READINGS:
        hits = [index for index, label in enumerate(labels) if words and fits(words, _plain(label))]
        if len(hits) == 1:
            return hits[0]
        if hits:
            candidates = [f"{index}: {labels[index]}" for index in hits[:CANDIDATES_SHOWN]]
            raise AmbiguousClass(wanted=str(wanted), candidates=candidates)
    raise UnknownClass(wanted=str(wanted), model=model_key)


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def _is_label(words: str, label: str) -> bool:
    return words == label


def _is_synonym(words: str, label: str) -> bool:
    return words in (synonym.strip() for synonym in label.split(","))


def _is_part(words: str, label: str) -> bool:
    return words in label


READINGS: tuple[Callable[[str, str], bool], ...] = (_is_label, _is_synonym, _is_part)
