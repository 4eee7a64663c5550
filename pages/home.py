"""What is this, and where does a visitor begin?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import doors, lessons, tray  # noqa: E402
from vizcore.ui.brand import NAME  # noqa: E402

st.title(NAME, anchor=False)
lessons.show_lead("home")
doors.show_doors()
tray.show_start("home", _("Begin with a picture"))
lessons.show("home")
