"""What is one character for a reader? A grapheme cluster: a letter with its accents, an emoji with its skin tone."""

from __future__ import annotations

import regex  # type: ignore[import-untyped]

_CLUSTER = regex.compile(r"\X")


def graphemes(text: str) -> list[str]:
    """The extended grapheme clusters of the text (Unicode annex 29), whose concatenation is the text."""
    if text.isascii() and "\r" not in text:
        return list(text)
    return list(_CLUSTER.findall(text))


def words(text: str) -> list[str]:
    """What white space separates."""
    return text.split()
