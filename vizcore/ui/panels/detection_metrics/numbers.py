"""How are ratios written on the page, COCO's -1 for "no value" included?"""

from __future__ import annotations

from vizcore.i18n import numbers


def ratio(value: float | None, decimals: int = 3) -> str:
    """0.8333 -> "0.833"; a dash where there is no value (None, NaN, COCO's -1)."""
    return numbers.ratio(None if value == -1 else value, decimals)
