"""What do YOLO and DETR find in the same photo, and how do they come to it?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, pickers  # noqa: E402
from vizcore.ui.panels.detection.photos import choose_photos  # noqa: E402
from vizcore.ui.panels.detection.sections import choose_section  # noqa: E402

st.title(_("Detection"), anchor=False)
lessons.show_lead("detection")
section = choose_section()
photos = choose_photos()
cards = pickers.choose_models("detection.models", "detect", least=1, most=3, default=["yolo-mini", "detr-mini"])
if photos and cards:
    section.show(photos, cards)
lessons.show("detection")
