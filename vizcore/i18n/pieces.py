"""How do pieces of text stand together in the language in force? French puts a space before a colon and a semicolon."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from vizcore.i18n import _


def named(name: str, value: str) -> str:
    """ "name: value"."""
    return _("{name}: {value}").format(name=name, value=value)


def joined(pieces: Sequence[str]) -> str:
    """ "one; two; three"; empty for none."""
    return reduce(lambda first, rest: _("{first}; {rest}").format(first=first, rest=rest), pieces) if pieces else ""
