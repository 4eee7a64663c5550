"""What if the input is fed wrongly: BGR, EXIF ignored, 0..255, another mean, another fit?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.input_lint import sections  # noqa: E402

st.title(_("Input lint"), anchor=False)
lessons.show_lead("input_lint")
sections.show()
lessons.show("input_lint")
