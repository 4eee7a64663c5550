"""How alike are pictures to a model: two of them, their parts, or a whole gallery?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, pickers, url_state  # noqa: E402
from vizcore.ui.panels.similarity import many, mapped, quality, two  # noqa: E402

PARTS = {"two": two.show, "many": many.show, "map": mapped.show, "quality": quality.show}

st.title(_("Similarity"), anchor=False)
lessons.show_lead("similarity")
texts = {"two": _("Two photos"), "many": _("Many photos"), "map": _("Map"), "quality": _("Quality")}
part = url_state.choose_one(_("What to compare"), texts, key="similarity.part", default="two")
cards = pickers.choose_models(
    "similarity.models", ["classify", "embed"], least=1, most=4, default=["cnn-mini", "vit-mini"]
)
if cards:
    PARTS[part](cards)
lessons.show("similarity")
