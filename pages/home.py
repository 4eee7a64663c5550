"""What is this, and where does a visitor begin?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import home_cards, home_strip, lessons, tray  # noqa: E402
from vizcore.ui.brand import NAME  # noqa: E402

st.title(NAME, anchor=False)
lessons.show_lead("home")
strip = st.container()
home_cards.show_cards()
tray.show_start("home", _("Begin with a picture"))
lessons.show("home")
with strip:
    home_strip.show()
