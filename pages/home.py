"""What is this, and where does a visitor begin?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import home_cards, lessons, tray  # noqa: E402
from vizcore.ui.brand import NAME  # noqa: E402

st.title(NAME, anchor=False)
lessons.show_lead("home")
home_cards.show_home_cards()
tray.show_start("home", _("Begin with a picture"))
lessons.show("home")
