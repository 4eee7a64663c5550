"""What stands in a picture of a document, how well is it read, and which of its values can be trusted?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.reading import sections  # noqa: E402

st.title(_("Reading"), anchor=False)
lessons.show_lead("reading")
sections.show()
lessons.show("reading")
