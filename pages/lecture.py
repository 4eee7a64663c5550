"""Which lecture is held today, where do phones vote, and what does the class take home?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.lecture import choice  # noqa: E402

st.title(_("Lecture"), anchor=False)
lessons.show_lead("lecture")
choice.show()
lessons.show("lecture")
