"""What do a CNN and a ViT make of the same photo?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, pickers, tray  # noqa: E402
from vizcore.ui.panels.features.sections import choose_section  # noqa: E402

st.title(_("Features"), anchor=False)
lessons.show_lead("features")
section = choose_section()
if not section.needs_photo:
    section.show([], [])
else:
    photos = tray.choose("features", 2, _("One photo, or two to compare"))
    cards = pickers.choose_models(
        "features.models", ("classify", "embed"), least=1, most=4, default=["cnn-mini", "vit-mini"]
    )
    if photos and cards:
        section.show(photos, cards)
lessons.show("features")
