"""Whose work is this, under which terms, and what happens to a visitor's pictures?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import credits, lessons  # noqa: E402

st.title(_("About"), anchor=False)
lessons.show_lead("about")
credits.show_models()
lessons.show_open("about")
credits.show_pictures()
credits.show_versions()
