"""What does this server do now, for whom, with which models, within which limits?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import access, lessons  # noqa: E402
from vizcore.ui.panels.admin import limits, models_held, now  # noqa: E402

access.require("administrator")
st.title(_("Administration"), anchor=False)
lessons.show_lead("admin")
now.show()
models_held.show()
limits.show()
lessons.show("admin")
