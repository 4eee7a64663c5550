"""How is a stranger's text (a file name, a label) shown as it is, without becoming Markdown, HTML or a link?"""

from __future__ import annotations

import unicodedata

MARKDOWN_SIGNS = frozenset("\\`*_{}[]()<>#+-.!|~$:&^=\"'@/%")
LONGEST_NAME = 40


def escaped(text: str, *, longest: int = LONGEST_NAME) -> str:
    """The text as Markdown that renders to its visible characters: controls and direction marks gone, trimmed.

    Every ASCII sign is backslash-escaped, which GitHub-flavoured Markdown renders as the sign itself.
    """
    return "".join(f"\\{sign}" if sign in MARKDOWN_SIGNS else sign for sign in visible(text, longest=longest))


def visible(text: str, *, longest: int = LONGEST_NAME) -> str:
    """The text without control, format and private characters, at most `longest` characters, for plain-text places."""
    clean = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in text)
    clean = " ".join(clean.split())
    return clean if len(clean) <= longest else clean[: longest - 1].rstrip() + "…"
