"""How is a very small or very large number written: 2.2 × 10⁻¹¹?"""

from __future__ import annotations

import math

from vizcore.i18n.numbers import number

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(value: float) -> str:
    """Two digits times a power of ten, without a break; 0 as it is."""
    if not value or not math.isfinite(value):
        return number(value, 0) if value == 0 else "–"
    exponent = math.floor(math.log10(abs(value)))
    factor = number(value / 10.0**exponent, 1)
    return f"{factor}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{str(exponent).translate(RAISED)}"
