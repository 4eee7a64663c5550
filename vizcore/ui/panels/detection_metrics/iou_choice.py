"""At which IoU is a box right?"""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.ui import url_state
from vizcore.ui.panels.detection_metrics.page_state import KEY


def choose_iou() -> float:
    """The IoU threshold, 0.50 to 0.95, the same in all sections."""
    value = st.slider(
        _("IoU threshold"), 0.5, 0.95, 0.5, 0.05, help=_("A box is right from this IoU with its object on."),
        **url_state.bound(f"{KEY}.iou"),
    )  # fmt: skip
    return round(float(value), 2)
