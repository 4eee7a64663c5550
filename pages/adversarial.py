"""How little must a photo change before a network sees something else in it?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, pickers, tray  # noqa: E402
from vizcore.ui.panels.adversarial import setting, start  # noqa: E402

st.title(_("Adversarial dog"), anchor=False)
lessons.show_lead("adversarial")
start.show_one_click()
photos = tray.choose("adversarial", 1, _("The photo to be attacked"))
cards = pickers.choose_models("adversarial.model", "classify", most=1, default=["cnn-mini"])

if photos and cards:
    setting.show(photos[0], cards[0])
lessons.show("adversarial")
