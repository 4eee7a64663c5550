"""Where can every number be opened? In a closed fold with its formula, filled with the visitor's own values."""

from __future__ import annotations

import math
import re
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import decimal_sign


def derivation(title: str = "") -> Any:
    """The fold: `with derivation(_("Cosine similarity")): latex(...)`."""
    label = _("Show the working: {title}").format(title=title) if title else _("Show the working")
    return st.expander(label, icon=":material/calculate:")


def latex(tex: str) -> None:
    """A formula in LaTeX, the decimal points of its numbers as the visitor's language has them."""
    st.latex(localised(tex))


def localised(tex: str) -> str:
    """1.5 -> 1{,}5 in French: the braces keep TeX from setting a space after the comma."""
    sign = decimal_sign()
    return tex if sign == "." else re.sub(r"(?<=\d)\.(?=\d)", f"{{{sign}}}", tex)


def term(value: float | None, decimals: int = 4) -> str:
    """A number inside a formula, with a point; a dash where there is no value (None or NaN)."""
    return f"{value:.{decimals}f}" if value is not None and math.isfinite(value) else r"\text{–}"


def area(value: float) -> str:
    """A size in pixels inside a formula, its thousands apart, one decimal where it has any: 1234.5 -> "1 234.5"."""
    return f"{value:,.1f}".removesuffix(".0").replace(",", r"\,")
