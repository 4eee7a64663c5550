"""How does IoU become precision, recall, AP and mAP, and what do these numbers hide?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.detection_metrics import sections  # noqa: E402

st.title(_("Detection metrics"), anchor=False)
lessons.show_lead("detection_metrics")
sections.show()
lessons.show("detection_metrics")
