"""How are error rates written, an undefined one included?"""

from __future__ import annotations

from vizcore.i18n import _
from vizcore.i18n.numbers import decimal


def rate(value: float | None, decimals: int = 4) -> str:
    """0.0889, in French 0,0889; "undefined" for a rate over nothing."""
    return _("undefined") if value is None else decimal(value, decimals)


def visible_text(text: str) -> str:
    """Spaces and line ends as signs, and a sign for nothing."""
    return text.replace("\n", "⏎").replace(" ", "␣") or "∅"
