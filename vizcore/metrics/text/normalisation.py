"""What does not count as a reading error? Steps that are applied to both texts before they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection

# Typographic joins and the long s; the letters œ and æ stay, since French and Danish spell with them.
LIGATURES = {
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "st",
    "ﬆ": "st",
    "ſ": "s",
    "ĳ": "ij",
    "Ĳ": "IJ",
}
_LIGATURES = str.maketrans(LIGATURES)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _line_ends(text: str) -> str:
    return re.sub(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text).strip("\n")


def _spaces(text: str) -> str:
    return " ".join(text.split())


def _case(text: str) -> str:
    return text.lower()  # casefold would spell out ligatures as well


def _punctuation(text: str) -> str:
    return "".join(each for each in text if unicodedata.category(each)[0] != "P")


def _ligatures(text: str) -> str:
    return text.translate(_LIGATURES)


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isdecimal())


# In the order in which they are applied. "spaces": line ends too become one space.
STEPS: dict[str, Callable[[str], str]] = {
    "nfc": _nfc,
    "line_ends": _line_ends,
    "spaces": _spaces,
    "case": _case,
    "punctuation": _punctuation,
    "ligatures": _ligatures,
    "digits": _digits,
}
DEFAULT: tuple[str, ...] = ("nfc", "line_ends")


def normalised(text: str, steps: Collection[str] = DEFAULT) -> str:
    """The text after these steps, in the table's order; ValueError for a step that is not in it.

    A mark that is left out takes the space before it along, where runs of spaces do not count.
    """
    if unknown := set(steps) - STEPS.keys():
        raise ValueError(f"expected steps of {list(STEPS)}, got {sorted(unknown)}")
    for name, step in STEPS.items():
        if name in steps:
            text = step(text)
    return _spaces(text) if {"spaces", "punctuation"} <= set(steps) else text
