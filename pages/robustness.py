"""Does a model's answer hold when the photo is noisy, dark, blurred, shifted or turned?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, pickers  # noqa: E402
from vizcore.ui.panels.adversarial.studied_photos import choose_photos  # noqa: E402
from vizcore.ui.panels.robustness import sections  # noqa: E402

st.title(_("Robustness"), anchor=False)
lessons.show_lead("robustness")
photos = choose_photos("robustness")
cards = pickers.choose_models("robustness.models", "classify", most=4, default=["cnn-mini", "vit-mini"])

if photos and cards:
    sections.show(photos, cards)
lessons.show("robustness")
