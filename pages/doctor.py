"""Can this installation do its work, and does its proxy carry what the pages need?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import access, lessons  # noqa: E402
from vizcore.ui.panels.admin import examination  # noqa: E402

access.require("administrator")
st.title(_("Examination"), anchor=False)
lessons.show_lead("doctor")
examination.show()
lessons.show("doctor")
