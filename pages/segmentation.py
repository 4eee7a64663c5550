"""Which pixels belong to what you point at? Segment Anything under your finger."""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.segmentation.inputs import choose_photo, choose_segmenters  # noqa: E402
from vizcore.ui.panels.segmentation.sections import choose_section  # noqa: E402

st.title(_("Segment anything"), anchor=False)
lessons.show_lead("segmentation")
section = choose_section()
left, right = st.columns(2)
with left:
    photo = choose_photo()
with right:
    cards = choose_segmenters()
if photo and cards:
    section.show(photo, cards)
lessons.show("segmentation")
