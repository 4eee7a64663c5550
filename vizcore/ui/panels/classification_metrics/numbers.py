"""How are ratios written on the page, those without a value included?"""

from __future__ import annotations

import math

from vizcore.i18n.numbers import number

NOTHING = "–"


def ratio(value: float | None, decimals: int = 3) -> str:
    """0.8333 -> "0.833"; a dash where there is no value."""
    return f"{value:.{decimals}f}" if value is not None and math.isfinite(value) else NOTHING


def formula(value: float | None) -> str:
    """The same inside LaTeX."""
    written = ratio(value, 4)
    return written if written != NOTHING else r"\text{–}"


def amount(value: float) -> str:
    """A cost in the language's own form."""
    return number(value, 1)
