"""Which class does a person mean by these words?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from vizcore.errors import AmbiguousClass, UnknownClass

CANDIDATES_SHOWN = 20

# What the animal's own name stands for where a model knows only breeds: the first of these labels that it has.
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cat": ("cat", "tabby", "tabby cat", "egyptian cat"),
        "dog": ("dog", "golden retriever", "labrador retriever"),
    }
)


def find_class(labels: Sequence[str], wanted: str | int, model_key: str) -> int:
    """The index of the class that `wanted` names: an index, a whole label as it is spelt, a whole label, one of its
    synonyms, "cat" or "dog" for the group, whole words of a label, or any part of one.

    The first of these readings that fits a class decides, so "dog" is the dog although "hot dog" holds it too, and
    "cat" is never the bullfrog "Rana catesbeiana". Letter case and underscores matter in the whole label alone
    ("Cardigan" is a dog, "cardigan" is worn). Errors: UnknownClass; AmbiguousClass with the candidates as
    "index: label".
    """
    words = _plain(str(wanted))
    if words.isdecimal() and int(words) < len(labels):
        return int(words)
    if list(labels).count(str(wanted)) == 1:
        return list(labels).index(str(wanted))
    plain = [_plain(label) for label in labels]
    for fits in READINGS:
        hits = [index for index, label in enumerate(plain) if words and fits(words, label)]
        if len(hits) == 1:
            return hits[0]
        if hits:
            candidates = [f"{index}: {labels[index]}" for index in hits[:CANDIDATES_SHOWN]]
            raise AmbiguousClass(wanted=str(wanted), candidates=candidates)
        if fits is _is_synonym and (member := group_member(labels, words)) is not None:
            return member
    raise UnknownClass(wanted=str(wanted), model=model_key)


def group_member(labels: Sequence[str], words: str) -> int | None:
    """The class that stands for "cat" or "dog" among these labels; None for other words, and where there is none."""
    for name in GROUPS.get(_plain(words), ()):
        for index, label in enumerate(labels):
            if _is_label(name, _plain(label)) or _is_synonym(name, _plain(label)):
                return index
    return None


def is_one_breed(label: str, words: str) -> bool:
    """Whether "cat" or "dog" means this class only as the first of its breeds: it bears another name itself."""
    return _plain(words) in GROUPS and not _is_synonym(_plain(words), _plain(label))


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def _is_label(words: str, label: str) -> bool:
    return words == label


def _is_synonym(words: str, label: str) -> bool:
    return words in (synonym.strip() for synonym in label.split(","))


def _is_words(words: str, label: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", label) is not None


def _is_part(words: str, label: str) -> bool:
    return words in label


READINGS: tuple[Callable[[str, str], bool], ...] = (_is_label, _is_synonym, _is_words, _is_part)
