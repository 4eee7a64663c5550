"""How is a stranger's text (a file name, a label) shown as it is, without becoming Markdown, HTML or a link?"""

from __future__ import annotations

import re
import unicodedata

MARKDOWN_SIGNS = frozenset("\\`*_{}[]()<>#+-.!|~$:&^=\"'@/%")
WITH_BACKSLASH = str.maketrans({sign: f"\\{sign}" for sign in MARKDOWN_SIGNS})
LONGEST_NAME = 40
FILE_ENDING = re.compile(r"(?<=[^\s.])\.[A-Za-z][A-Za-z0-9]{1,4}$")
BREAK_HERE = "\u200b"  # a line may end there
WHITE_SPACE = re.compile(r"\s+")
NO_BREAK = frozenset("\u00a0\u2007\u202f")  # spaces at which no line ends: before "%" in French, in "5.6 × 10⁻¹¹"
LEAST_STEM = 4  # characters; where fewer are left beside the ending, the text is cut as any other


def escaped(text: str, *, longest: int = LONGEST_NAME) -> str:
    """The text as Markdown that renders to its visible characters: controls and direction marks gone, trimmed.

    Every ASCII sign is backslash-escaped, which GitHub-flavoured Markdown renders as the sign itself.
    """
    return _with_signs(visible(text, longest=longest))


def escaped_for_column(text: str, *, longest: int = LONGEST_NAME) -> str:
    """As `escaped`, for a column that is narrower than the name: a line ends after "…" or before a file's ending."""
    shown = visible(text, longest=longest)
    ending = FILE_ENDING.search(shown)
    pieces = [shown[: ending.start()], ending[0]] if ending else [shown]
    lines = BREAK_HERE.join(_with_signs(each) for each in pieces)
    return lines.replace("…", "…" + BREAK_HERE).removesuffix(BREAK_HERE)


def visible(text: str, *, longest: int = LONGEST_NAME) -> str:
    """The text without control, format and private characters, at most `longest` characters, for plain-text places.

    A file name that is too long loses characters in its middle: its ending, and the digits before it, stay.
    """
    if not text.isprintable():  # most are, and looking at each character of a table costs a page a tenth of its time
        text = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in text)
    clean = WHITE_SPACE.sub(_one_space, text).strip()
    return clean if len(clean) <= longest else _shortened(clean, longest)


def _one_space(found: re.Match[str]) -> str:
    """One space for several; one at which no line ends stays one."""
    return found[0][0] if NO_BREAK.issuperset(found[0]) else " "


def _with_signs(text: str) -> str:
    return text.translate(WITH_BACKSLASH)


def _shortened(text: str, longest: int) -> str:
    """At most `longest` characters of a longer text, with "…" for what is left out."""
    ending = FILE_ENDING.search(text)
    stem = longest - 1 - len(ending[0]) if ending else 0
    if ending is None or stem < LEAST_STEM:
        return text[: longest - 1].rstrip() + "…"
    last = stem // 3
    return text[: stem - last].rstrip() + "…" + text[ending.start() - last :].lstrip()
