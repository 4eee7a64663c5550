"""What can a visitor do on this page with one click?"""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.samples import SAMPLES
from vizcore.ui import tray, url_state
from vizcore.ui.panels.adversarial.trial import AT_ONCE
from vizcore.ui.tray.intake import take_sample


def show_one_click() -> None:
    """While the tray is empty: the sample cat, attacked at once to become a dog."""
    if tray.photos() or "cat" not in SAMPLES:
        return
    st.button(
        _("Make this cat a “dog”"),
        key="adversarial.one_click",
        icon=":material/bolt:",
        type="primary",
        on_click=_cat_to_dog,
    )
    st.caption(
        _(
            "The lecture turns a dog into a cat. No photo of a dog comes with the libraries used here, so the sample "
            "goes the other way; with a photo of your own dog, choose “a cat” as the target."
        )
    )


def _cat_to_dog() -> None:
    take_sample("cat")
    url_state.remember("adversarial.target", ["dog"], default=["dog"])
    st.session_state[AT_ONCE] = True
