"""How is a number of things said: "1 photo", "3 photos", "1 234 photos"? Every count with its noun, in its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vizcore.i18n import ngettext
from vizcore.i18n.numbers import number

# By the noun in the singular; each entry gives the form that fits the count.
NOUNS: Mapping[str, Callable[[int], str]] = {
    "photo": lambda n: ngettext("{n} photo", "{n} photos", n),
    "test photo": lambda n: ngettext("{n} test photo", "{n} test photos", n),
    "picture": lambda n: ngettext("{n} picture", "{n} pictures", n),
    "object": lambda n: ngettext("{n} object", "{n} objects", n),
    "true box": lambda n: ngettext("{n} true box", "{n} true boxes", n),
    "tracked box": lambda n: ngettext("{n} tracked box", "{n} tracked boxes", n),
    "frame": lambda n: ngettext("{n} frame", "{n} frames", n),
    "box": lambda n: ngettext("{n} box", "{n} boxes", n),
    "detection": lambda n: ngettext("{n} detection", "{n} detections", n),
    "candidate": lambda n: ngettext("{n} candidate", "{n} candidates", n),
    "duplicate": lambda n: ngettext("{n} likely duplicate", "{n} likely duplicates", n),
    "mask": lambda n: ngettext("{n} mask", "{n} masks", n),
    "segment": lambda n: ngettext("{n} segment", "{n} segments", n),
    "pixel": lambda n: ngettext("{n} pixel", "{n} pixels", n),
    "class": lambda n: ngettext("{n} class", "{n} classes", n),
    "pair of patches": lambda n: ngettext("{n} pair of patches", "{n} pairs of patches", n),
    "vector": lambda n: ngettext("{n} vector", "{n} vectors", n),
    "step": lambda n: ngettext("{n} step", "{n} steps", n),
    "run": lambda n: ngettext("{n} run", "{n} runs", n),
    "thread": lambda n: ngettext("{n} thread", "{n} threads", n),
}


def counted(noun: str, count: int) -> str:
    """The count with its noun in the language in force; KeyError for a noun that the table does not hold."""
    return NOUNS[noun](count).format(n=number(count, 0))
