"""What do a CNN and a ViT make of the same photo?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import address, lessons, pickers, tray  # noqa: E402
from vizcore.ui.panels import classes, comparison, likeness, record, vectors  # noqa: E402
from vizcore.ui.panels.looked import look_at  # noqa: E402

st.title(_("Features"), anchor=False)
lessons.show_lead("features")
photos = tray.choose("features", 2, _("One photo, or two to compare"))
cards = pickers.choose_models("features.models", "classify", least=2, most=4, default=["cnn-mini", "vit-mini"])
strength = st.slider(_("Strength of the maps"), 0.0, 1.0, 0.75, 0.05, **address.bound("features.strength"))

if photos and cards:
    looked = look_at(photos, cards)
    if looked.looks:
        classes.show(looked, strength=strength)
        vectors.show(looked)
        likeness.show(looked)
        comparison.show(looked)
        record.show(looked, strength=strength)
lessons.show("features")
