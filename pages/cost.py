"""What does a model cost, step by step, and is it still the same model in ONNX Runtime or INT8?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.cost import sections  # noqa: E402

st.title(_("Cost"), anchor=False)
lessons.show_lead("cost")
sections.show()
lessons.show("cost")
