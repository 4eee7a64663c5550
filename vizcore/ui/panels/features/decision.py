"""Which family for which need? The lecture's table, and the reasons under it."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.ui.tables import show_table

WORDS = {"++": N_("very good"), "+": N_("good"), "~": N_("depends"), "-": N_("weak")}

# Need, then ViT, Swin, modern CNN.
TABLE = (
    (N_("Stable latency, edge devices"), "~", "+", "++"),
    (N_("High resolution"), "-", "++", "+"),
    (N_("Several scales: detection, segmentation"), "~", "++", "++"),
    (N_("Classification and retrieval"), "++", "+", "+"),
    (N_("Dense, fine contours"), "~", "++", "++"),
    (N_("Weights available"), "++", "++", "++"),
    (N_("Tools for production"), "+", "+", "++"),
)


def show() -> None:
    """One row for each need; each mark with its word, so that no sign has to be learned."""
    st.header(_("ViT, Swin or a modern CNN?"), anchor=False)
    show_table(text_rows())
    st.caption(
        _(
            "A rule of thumb from the lecture, not a measurement; the modern CNN is of ConvNeXt's kind. Decide by a "
            "test on your own pictures, at your own resolution, on your own machine."
        )
    )


def text_rows() -> list[dict[str, str]]:
    """The table in the reader's language."""
    return [
        {
            _("Need"): _(need),
            "ViT": _mark(vit),
            "Swin": _mark(swin),
            _("Modern CNN"): _mark(cnn),
        }
        for need, vit, swin, cnn in TABLE
    ]


def _mark(sign: str) -> str:
    return f"{sign} {_(WORDS[sign])}"
