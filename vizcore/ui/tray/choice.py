"""What does a page offer that cannot begin without a picture of the visitor's own?"""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.ui.tray.intake import FIRST_SAMPLES, show_intake, show_samples
from vizcore.ui.tray.state import photos


def show_start(key: str, label: str) -> None:
    """Samples and an upload field, as long as the tray is empty."""
    if photos():
        return
    with st.container(border=True):
        st.markdown(f"**{label}**")
        st.markdown(_("Start with a sample, or upload pictures of your own."))
        show_samples(f"{key}.start", FIRST_SAMPLES, pictures=True)
        show_intake(f"{key}.start.own", samples=False)
