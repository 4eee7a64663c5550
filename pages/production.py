"""Has the world changed, what does the model not know, and is all of it ready for production?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.production import sections  # noqa: E402

st.title(_("In production"), anchor=False)
lessons.show_lead("production")
sections.show()
lessons.show("production")
