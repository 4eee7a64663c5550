"""Which products make a CNN's answer, and which make its gradients?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.by_hand import sections  # noqa: E402

st.title(_("CNN by hand"), anchor=False)
lessons.show_lead("by_hand")
sections.show()
lessons.show("by_hand")
