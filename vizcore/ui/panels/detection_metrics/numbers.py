"""How are ratios written on the page, those without a value included?"""

from __future__ import annotations

import math

NOTHING = "–"


def ratio(value: float | None, decimals: int = 3) -> str:
    """0.8333 -> "0.833"; a dash where there is no value (None, NaN, COCO's -1)."""
    known = value is not None and math.isfinite(value) and value > -1
    return f"{value:.{decimals}f}" if known else NOTHING


def formula(value: float | None, decimals: int = 4) -> str:
    """The same inside LaTeX."""
    written = ratio(value, decimals)
    return written if written != NOTHING else r"\text{–}"
