"""What do IoU and Dice say about a mask, and what do they overlook?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.segmentation_metrics import sections  # noqa: E402

st.title(_("IoU and Dice"), anchor=False)
lessons.show_lead("segmentation_metrics")
sections.show()
lessons.show("segmentation_metrics")
