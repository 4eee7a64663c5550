"""What may a file's name show? A short label: no path, nothing invisible, nothing that turns the text around."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 80
END_KEPT = 12
HIDDEN_CATEGORIES = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"  # Persian words and joined emoji need them


def clean_name(name: str) -> str:
    """The last part of the path, control and direction characters written out, at most 80 characters."""
    label = "".join(map(_visible, re.split(r"[/\\]", name)[-1])).strip()
    if label in {".", ".."}:
        return ""
    if len(label) > LONGEST_NAME:
        label = label[: LONGEST_NAME - END_KEPT - 1] + "…" + label[-END_KEPT:]
    return label


def extension(label: str) -> str:
    """The lower-case letters after the last dot, "" where there is nothing that looks like an extension."""
    found = re.search(r"\.([0-9a-z]*[a-z][0-9a-z]*)$", label.lower())
    return found[1] if found and len(found[1]) <= 5 else ""


def _visible(character: str) -> str:
    if character in JOINERS or unicodedata.category(character) not in HIDDEN_CATEGORIES:
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
