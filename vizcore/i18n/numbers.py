"""How are numbers and lists written in the language in force? 1,234.5 and "a, b or c" in English, 1 234,5 in French.

Negative numbers have the minus sign of typography, as in the lessons and beside the axes of charts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vizcore.i18n import current_language

NOTHING = "–"
MINUS = "\N{MINUS SIGN}"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, decimals: int = 1) -> str:
    """At most this many decimals, trailing zeros dropped: 61.24 -> "61.2", 50.0 -> "50", 20000 -> "20,000"."""
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return _true_minus(format_decimal(_no_minus_zero(value, decimals), format=pattern, locale=current_language()))


def decimal(value: float, decimals: int) -> str:
    """Always this many decimals: 0.7 -> "0.70", in French "0,70"."""
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return _true_minus(format_decimal(_no_minus_zero(value, decimals), format=pattern, locale=current_language()))


def percent(fraction: float, decimals: int = 1) -> str:
    """0.123 -> "12.3%" in English, "12,3 %" (with a no-break space) in French; always this many decimals."""
    from babel.core import Locale
    from babel.numbers import format_percent, parse_pattern

    pattern = Locale.parse(current_language()).percent_formats[None].pattern
    exact = pattern.replace("#,##0", "#,##0" + ("." + "0" * decimals if decimals else ""))
    shown = _no_minus_zero(fraction, decimals + 2)
    return _true_minus(format_percent(shown, format=parse_pattern(exact), locale=current_language()))


def _no_minus_zero(value: float, decimals: int) -> float:
    """0 in place of what would be written "-0"."""
    return 0 if value <= 0 and abs(value) <= 0.5 * 10.0**-decimals else value


def _true_minus(written: str) -> str:
    return written.replace("-", MINUS)


def percent_sign() -> str:
    """What follows a percentage: "%" in English, a no-break space and "%" in French."""
    return percent(0, 0).removeprefix("0")


def alternatives(items: Sequence[str], limit: int = 8) -> str:
    """ "a, b or c"; beyond the limit the rest is an ellipsis."""
    from babel.lists import format_list

    shown = list(items[:limit]) + (["…"] if len(items) > limit else [])
    return format_list(shown, style="or", locale=current_language())


def ratio(value: float | None, decimals: int = 3) -> str:
    """0.8333 -> "0.833", in French "0,833"; a dash where there is no value (None or NaN)."""
    return decimal(value, decimals) if value is not None and math.isfinite(value) else NOTHING


def signed(value: float, decimals: int = 1) -> str:
    """A difference with its sign: 1.25 -> "+1.3", in French "+1,3"; -0.5 -> "−0.5"."""
    return ("+" if value >= 0 else "") + decimal(value, decimals)


def power(value: float) -> str:
    """Two digits times a power of ten, without a break: "2.2 × 10⁻¹¹"; 0 as it is."""
    if not value or not math.isfinite(value):
        return number(value, 0) if value == 0 else "–"
    exponent = math.floor(math.log10(abs(value)))
    exponent += round(abs(value) / 10.0**exponent, 1) >= 10  # 9.97 is written 10
    factor = number(value / 10.0**exponent, 1)
    return f"{factor}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10{str(exponent).translate(RAISED)}"


def small(value: float) -> str:
    """A number that may be tiny: at most three decimals, below a thousandth as a power of ten; 0 as it is."""
    return power(value) if 0 < abs(value) < 0.001 else number(value, 3)


def decimal_sign() -> str:
    """The sign before the decimals: a point in English, a comma in French."""
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(current_language())


def separators() -> str:
    """The decimal sign and the sign between thousands, as Plotly wants them: ".," or ",\u202f"."""
    from babel.numbers import get_group_symbol

    return decimal_sign() + get_group_symbol(current_language())
