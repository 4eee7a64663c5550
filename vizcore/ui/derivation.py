"""Where can every number be opened? In a closed fold with its formula, filled with the visitor's own values."""

from __future__ import annotations

from typing import Any

import streamlit as st

from vizcore.i18n import _


def derivation(title: str = "") -> Any:
    """The fold: `with working(_("Cosine similarity")): st.latex(...)`."""
    label = _("Show the working: {title}").format(title=title) if title else _("Show the working")
    return st.expander(label, icon=":material/calculate:")
